#include "rt-engine/conductor/mono_lines.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

InstrumentDescription gliding(NoteMode mode, double seconds = 0.1) {
    InstrumentDescription i;
    i.mode = mode;
    i.glide_seconds = seconds;
    return i;
}
constexpr double rate_hz = 1000;

}  // namespace

TEST_CASE("a melody's note of no length is hardly heard when a key under it would come back, on its channel only") {
    MonoLines lines(2);
    auto& line = lines.of(1, 3);
    line.press({60, 3}, 0);
    CHECK_FALSE(lines.is_too_short({60, 3}, 3, 0, 48000));
    line.press({64, 3}, 1000);
    CHECK(lines.is_too_short({64, 3}, 3, 1047, 48000));
    CHECK_FALSE(lines.is_too_short({64, 3}, 3, 1048, 48000));
    CHECK_FALSE(lines.is_too_short({60, 3}, 3, 1000, 48000));
    CHECK_FALSE(lines.is_too_short({64, 3}, 4, 1000, 48000));
}

TEST_CASE("keys of one channel or of all are forgotten, pitches follow their channels' tuning") {
    MonoLines lines(2);
    for (std::size_t i = 0; i < 2; ++i)
        for (std::uint8_t c : {0, 5}) lines.of(i, c).press({60, c}, 0);
    lines.forget_keys(5);
    CHECK(lines.of(0, 5).keys.empty());
    CHECK(lines.of(1, 5).keys.empty());
    CHECK(lines.of(1, 0).keys.size() == 1);
    lines.forget_keys(all_channels);
    CHECK(lines.of(1, 0).keys.empty());

    std::array<double, 16> moved_by{};
    moved_by.fill(1);
    moved_by[5] = 2;
    lines.retune(moved_by);
    CHECK(lines.of(1, 5).pitch.to_hz == 880);
    CHECK(lines.of(1, 0).pitch.to_hz == 440);
}

TEST_CASE("the first note has its own pitch, the next one slides from where the last one is by then") {
    MelodyLine line;
    const auto instrument = gliding(NoteMode::mono);
    const ChannelState channel;
    auto slide = begin_slide(line, 400, std::nullopt, channel, instrument, 0, rate_hz, true);
    CHECK_FALSE(slide.is_sent);
    line.serial = 1;
    slide = begin_slide(line, 800, std::nullopt, channel, instrument, 10, rate_hz, true);
    CHECK(slide.is_sent);
    CHECK(slide.from_hz == 400.0);
    CHECK(slide.seconds == 0.1);
    slide = begin_slide(line, 400, std::nullopt, channel, instrument, 60, rate_hz, true);
    REQUIRE(slide.from_hz);
    CHECK(*slide.from_hz == Approx(400 * std::sqrt(2)));
    // The voice goes on: it is where it is.
    slide = begin_slide(line, 800, std::nullopt, channel, instrument, 200, rate_hz, false);
    CHECK_FALSE(slide.from_hz);
    CHECK(slide.is_sent);
}

TEST_CASE("legato, a new voice begins at its own pitch, unless portamento was asked for") {
    MelodyLine line;
    line.serial = 1;
    line.pitch.go_to(400, 0, 0);
    const auto instrument = gliding(NoteMode::legato);
    ChannelState channel;
    auto slide = begin_slide(line, 800, std::nullopt, channel, instrument, 0, rate_hz, true);
    CHECK_FALSE(slide.is_sent);
    channel.portamento = true;
    slide = begin_slide(line, 400, std::nullopt, channel, instrument, 1, rate_hz, true);
    CHECK(slide.from_hz == 800.0);
}

TEST_CASE("a note slides from the channel's portamento key, whatever was played before") {
    MelodyLine line;
    ChannelState channel;
    channel.portamento_key = std::uint8_t{60};
    const auto slide = begin_slide(line, 800, 200.0, channel, gliding(NoteMode::poly), 0, rate_hz, true);
    CHECK(slide.from_hz == 200.0);
    CHECK(slide.seconds == 0.1);
}
