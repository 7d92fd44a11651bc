// Tempo and beat: from MIDI clock, transport and files to what a script reads in self.clock.
#include "rt-engine/conductor/beat_follower.h"

#include <random>

#include "rt-engine/midi/midi_event.h"
#include "tests/scenes/conductor_stage.h"
#include "tests/scenes/live_engine.h"

using namespace forerun;

namespace {

constexpr double rate_hz = 48000;
const double alone = std::sqrt(0.5) * std::pow(10, -9 / 20.0);  // gain of a voice that plays alone

// A machine that sends clock, by hand.
struct Sender {
    BeatFollower follower{rate_hz};
    double frame = 0;
    int changes = 0;
    void ticks(int count, double tempo, double jitter_frames = 0) {
        for (int i = 0; i < count; ++i) {
            frame += 60 * rate_hz / tempo / 24;
            const double off = jitter_frames * (2 * (static_cast<double>(random() % 1001) / 1000) - 1);
            if (follower.tick(std::llround(frame + off))) ++changes;
        }
    }
    bool transport(Transport what, double value = 0) { return follower.transport(what, value, std::llround(frame)); }
    double beat() const { return follower.time().beat_at(std::llround(frame), rate_hz); }
    std::mt19937 random{1};
};

}  // namespace

TEST_CASE("clock: a steady tempo is sent once, and the beat counts from the tick after start") {
    Sender s;
    s.ticks(48, 132);
    CHECK(s.changes == 1);
    CHECK(s.follower.time().tempo == Approx(132).epsilon(0.001));
    CHECK_FALSE(s.follower.time().playing);
    CHECK(s.beat() == 0);
    s.transport(Transport::start);
    CHECK_FALSE(s.follower.time().playing);
    s.ticks(1, 132);
    CHECK(s.follower.time().playing);
    CHECK(s.beat() == 0);
    s.changes = 0;
    s.ticks(24 * 64, 132);
    CHECK(s.changes <= 2);
    CHECK(s.beat() == Approx(64).margin(0.012));
}

TEST_CASE("clock: jitter of a millisecond is not passed on, a new tempo is") {
    Sender s;
    s.ticks(97, 120, 48);
    s.transport(Transport::start);
    s.changes = 0;
    s.ticks(24 * 60, 120, 48);
    CHECK(s.changes < 20);
    CHECK(s.follower.time().tempo == Approx(120).epsilon(0.003));
    CHECK(s.beat() == Approx(60).margin(0.06));
    s.ticks(24, 90);
    CHECK(s.follower.time().tempo == Approx(90).epsilon(0.01));
    s.ticks(24 * 8, 90);
    CHECK(s.beat() == Approx(69 - 1.0 / 24).margin(0.02));
}

TEST_CASE("clock: stop, position and continue") {
    Sender s;
    s.ticks(30, 120);
    s.transport(Transport::start);
    s.ticks(1 + 24 * 3, 120);
    CHECK(s.transport(Transport::stop));
    s.ticks(100, 120);
    CHECK(s.beat() == Approx(3).margin(0.02));
    CHECK(s.transport(Transport::position, 34));  // eight quarters and a half
    CHECK(s.beat() == 8.5);
    s.transport(Transport::go_on);
    s.ticks(1 + 24, 120);
    CHECK(s.beat() == Approx(9.5).margin(0.02));
}

TEST_CASE("clock: after silence the ticks before say nothing") {
    Sender s;
    s.ticks(100, 120);
    s.frame += 3 * rate_hz;
    s.ticks(7, 60);
    CHECK(s.follower.time().tempo == Approx(60).epsilon(0.01));
}

TEST_CASE("the conductor follows one clock, and sends its time to sounding voices and new ones") {
    ConductorStage s;
    s.note(100, 60);
    s.send(EventKind::tempo, 200, 0, 0, 90, 7);
    s.send(EventKind::transport, 200, 0, static_cast<int>(Transport::run), 0, 7);
    s.send(EventKind::clock_tick, 300, 0, 0, 0, 8);  // another machine
    s.note(200 + 32000, 64);                         // one quarter later
    s.conductor.advance(0);
    s.conductor.advance(32000);
    std::vector<std::array<double, 5>> sent;
    for (const auto& m : s.of_kind(VoiceMessageKind::time)) {
        const auto time = m.get<VoiceTime>();
        sent.push_back({static_cast<double>(m.serial), static_cast<double>(m.frame), time.tempo, time.beat,
                        static_cast<double>(time.is_playing)});
    }
    const std::vector<std::array<double, 5>> expected{{1, 200, 90, 0, 0}, {1, 200, 90, 0, 1}, {2, 32200, 90, 1, 1}};
    CHECK(sent == expected);
}

TEST_CASE("a keyboard that ticks all the time does not disturb a piece that runs; when it has ended, it counts") {
    ConductorStage s;
    const auto tick = [&](std::int64_t frame) { s.send(EventKind::clock_tick, frame, 0, 0, 0, 8); };
    s.note(0, 60);
    s.send(EventKind::transport, 0, 0, static_cast<int>(Transport::run), 0, 7);
    std::int64_t frame = 500;
    for (; frame < 96000; frame += 1000) tick(frame);
    for (std::int64_t clock = 0; clock < 100000; clock += 4000) s.conductor.advance(clock);
    CHECK(s.of_kind(VoiceMessageKind::time).size() == 1);
    s.send(EventKind::transport, 150000, 0, static_cast<int>(Transport::stop), 0, 7);
    for (frame = 250000; frame < 260000; frame += 500) tick(frame);
    for (std::int64_t clock = 100000; clock < 270000; clock += 4000) s.conductor.advance(clock);
    const auto sent = s.of_kind(VoiceMessageKind::time);
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].get<VoiceTime>().is_playing == 0);
    CHECK(sent[1].get<VoiceTime>().tempo == Approx(240));
}

TEST_CASE("messages of MIDI time, from bytes") {
    Event e;
    REQUIRE(midi_system_event(0xf2, 0x22, 0x01, e));
    CHECK(e.kind == EventKind::transport);
    CHECK(e.number == static_cast<int>(Transport::position));
    CHECK(e.value == 162);
    REQUIRE(midi_system_event(0xfa, 0, 0, e));
    CHECK(e.number == static_cast<int>(Transport::start));
    REQUIRE(midi_system_event(0xfb, 0, 0, e));
    CHECK(e.number == static_cast<int>(Transport::go_on));
    REQUIRE(midi_system_event(0xfc, 0, 0, e));
    CHECK(e.number == static_cast<int>(Transport::stop));
    REQUIRE(midi_system_event(0xf8, 0, 0, e));
    CHECK(e.kind == EventKind::clock_tick);
    CHECK_FALSE(midi_system_event(0xfe, 0, 0, e));
}

TEST_CASE("a script reads tempo and beat, in start, too, and a change takes rendered audio back") {
    const ScriptFolder folder;
    const auto voice = folder.write(
        "voice.lua", ScriptFolder::voice("return self.clock.playing and self.clock.beat / 64 or self.at_start / 1000",
                                         "self.at_start = self.clock.tempo"));
    LiveEngine live(voice, live_configuration());
    Event tempo;
    tempo.kind = EventKind::tempo;
    tempo.frame = 0;
    tempo.value = 150;
    while (!live.producer.try_send(tempo)) std::this_thread::yield();
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    for (int i = 0; i < 8; ++i) live.process(64);
    CHECK(live.left.back() == Approx(0.150 * alone));
    Event run = tempo;
    run.kind = EventKind::transport;
    run.number = static_cast<std::uint16_t>(Transport::run);
    run.frame = 1000;
    while (!live.producer.try_send(run)) std::this_thread::yield();
    REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds == 1 && live.fill(0) > 2000; }));
    while (live.clock() < 1600) live.process(64);
    // At frame 1472 = 64 + 22 quanta: as the quantum begins.
    const double beat = (1472 - 1000) * 150 / (60.0 * 48000);
    CHECK(live.left[1480] == Approx(beat / 64 * alone));
    CHECK(live.left[990] == Approx(0.150 * alone));
}

TEST_CASE("a voice that does not look at the time is not rendered again for it, and self.clock cannot be written") {
    const ScriptFolder folder;
    {
        LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0.1")), live_configuration());
        live.send(EventKind::note_on, 60, 1, 0, 64);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
        for (int i = 0; i < 8; ++i) live.process(64);
        Event tempo;
        tempo.kind = EventKind::tempo;
        tempo.frame = 1000;
        tempo.value = 150;
        while (!live.producer.try_send(tempo)) std::this_thread::yield();
        live.send(EventKind::channel_pressure, 0, 1, 0, 1100);  // handled behind it
        REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds == 1; }));
        CHECK(live.engine.state().worker(0).late_events == 0);
    }
    const auto error = bad_input([&] {
        LiveEngine live(folder.write("bad.lua", ScriptFolder::voice("self.clock.tempo = 5 return 0")),
                        live_configuration());
    });
    CHECK_THAT(error, Catch::Contains("bad.lua:"));
    const auto unknown = bad_input([&] {
        LiveEngine live(folder.write("no.lua", ScriptFolder::voice("return self.clock.bar")), live_configuration());
    });
    CHECK_THAT(unknown, Catch::Contains("self.clock has no \"bar\"; there are tempo, beat, playing"));
}
