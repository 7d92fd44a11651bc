#include "rt-engine/conductor/musical_clock.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

Event tempo(double quarters_per_minute, std::int64_t frame, std::uint32_t producer) {
    return {.frame = frame,
            .producer = producer,
            .kind = EventKind::tempo,
            .value = static_cast<float>(quarters_per_minute)};
}
Event transport(Transport what, std::int64_t frame, std::uint32_t producer) {
    return {
        .frame = frame, .producer = producer, .kind = EventKind::transport, .number = static_cast<std::uint16_t>(what)};
}
// Ticks at 100 quarters a minute: 1200 frames from one to the next. How often voices had to be told.
int tick(MusicalClock& clock, std::int64_t from, std::uint32_t producer, int count = 30) {
    int changes = 0;
    for (int i = 0; i < count; ++i)
        changes += clock.keep({.frame = from + 1200 * i, .producer = producer, .kind = EventKind::clock_tick}) ? 1 : 0;
    return changes;
}

}  // namespace

TEST_CASE("voices get a changed tempo, with the beat at the frame of the message") {
    MusicalClock clock(48000);
    CHECK(clock.is_usual());
    CHECK_FALSE(clock.keep(tempo(120, 0, 1)));
    CHECK(clock.keep(tempo(60, 0, 1)));
    CHECK(clock.tempo() == 60);
    CHECK_FALSE(clock.is_usual());
    CHECK(clock.keep(transport(Transport::run, 0, 1)));
    const auto time = clock.at(96000);
    CHECK(time.tempo == 60);
    CHECK(time.beat == 2);
    CHECK(time.is_playing == 1);
    CHECK(time.beat_frame == 96000);
}

TEST_CASE("ticks of a second source are not heard while the first one gives the time") {
    MusicalClock clock(48000);
    CHECK(tick(clock, 0, 1) > 0);
    CHECK(clock.tempo() == Approx(100));
    CHECK_FALSE(clock.keep({.frame = 36100, .producer = 2, .kind = EventKind::clock_tick}));
    CHECK(clock.keep(tempo(90, 36200, 2)));  // who says a tempo takes over
    CHECK(tick(clock, 36300, 1, 20) == 0);
    CHECK(clock.tempo() == 90);
}

TEST_CASE("a source that has been silent for a second is replaced by one that ticks, a running piece is not") {
    MusicalClock machine(48000);
    machine.keep(tempo(90, 0, 1));
    CHECK(tick(machine, 48002, 2) > 0);
    CHECK(machine.tempo() == Approx(100));

    MusicalClock piece(48000);
    piece.keep(tempo(90, 0, 1));
    piece.keep(transport(Transport::run, 0, 1));
    CHECK(tick(piece, 48002, 2) == 0);
    CHECK(piece.tempo() == 90);
    piece.keep(transport(Transport::stop, 90000, 1));
    CHECK(tick(piece, 200000, 2) > 0);
}
