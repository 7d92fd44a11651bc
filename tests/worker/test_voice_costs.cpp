// Whose cost makes it wait for the others, and how long: costs are values here.
#include "script-runtime/worker/voice_costs.h"

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr std::int64_t a_millisecond = 1'000'000;

struct Charged {
    WorkedVoice voice_of(std::uint16_t instrument, bool begun = true) const {
        WorkedVoice voice;
        voice.note.instrument = instrument;
        voice.begun = begun;
        return voice;
    }
    Configuration configuration;
    RenderAhead ahead = RenderAhead::of(configuration, 24000);
    VoiceCosts costs{configuration, ahead, 3};
};

}  // namespace

TEST_CASE("notes of an instrument whose voices yield wait from their start on, until one shows that it costs less") {
    Charged scene;
    auto slow = scene.voice_of(0);
    CHECK_FALSE(scene.costs.yields(slow));
    CHECK_FALSE(scene.costs.yields(scene.voice_of(0, false)));
    scene.costs.add_quantum(slow, 30 * a_millisecond, 0);
    CHECK(scene.costs.yields(slow));
    auto next = scene.voice_of(0, false);
    CHECK(scene.costs.yields(next));
    CHECK_FALSE(scene.costs.yields(scene.voice_of(1, false)));  // of another instrument
    next.begun = true;
    scene.costs.expect(next);
    CHECK(scene.costs.yields(next));
    CHECK(next.cost.cost_nanoseconds() == 30 * a_millisecond);
    for (int i = 0; i < 200; ++i) scene.costs.add_quantum(next, a_millisecond / 5, 0);
    CHECK_FALSE(scene.costs.yields(next));
    CHECK_FALSE(scene.costs.yields(scene.voice_of(0, false)));
}

TEST_CASE("a cheap voice is not looked at, and what a test puts on top of a cost counts") {
    Charged scene;
    CHECK_FALSE(scene.costs.is_noticeable(a_millisecond / 10));
    CHECK(scene.costs.is_noticeable(a_millisecond / 5));
    auto voice = scene.voice_of(0);
    scene.costs.add_quantum(voice, a_millisecond / 10, 0);
    CHECK_FALSE(voice.cost.owes());
    scene.costs.add_quantum(voice, a_millisecond / 10, 40 * a_millisecond);
    CHECK(voice.cost.yields());
}

TEST_CASE("after a slow start the next note of the instrument begins when the others can wait") {
    Charged scene;
    auto first = scene.voice_of(2);
    scene.costs.add_start(first, 200 * a_millisecond);
    const auto next = scene.voice_of(2, false);
    CHECK(scene.costs.yields(next));
    // 100 ms are expected, smoothed: 4800 frames, twice, and what is safe.
    const auto asks = scene.ahead.safe_frames + 2 * 4800;
    CHECK(scene.costs.others_bear(next, INT64_MAX, 0));
    CHECK(scene.costs.others_bear(next, 1000 + asks, 1000));
    CHECK_FALSE(scene.costs.others_bear(next, 1000 + asks - 1, 1000));
}

TEST_CASE("no voice asks the others for more than three quarters of the depth") {
    Charged scene;
    scene.costs.expect_slow(1);
    auto voice = scene.voice_of(1);
    voice.cost.add(100 * a_millisecond, a_millisecond, 1);
    CHECK(scene.costs.others_bear(voice, 18000, 0));
    CHECK_FALSE(scene.costs.others_bear(voice, 14000, 0));
    auto slower = scene.voice_of(1, false);
    for (int i = 0; i < 20; ++i) scene.costs.add_start(voice, 5000 * a_millisecond);
    CHECK(scene.costs.others_bear(slower, 18000, 0));
}

TEST_CASE("a rewind that takes longer than the others can wait is not begun") {
    Charged scene;
    auto voice = scene.voice_of(0);
    CHECK_FALSE(VoiceCosts::may_delay_others(voice));
    voice.cost.add(30 * a_millisecond, a_millisecond, 1);
    REQUIRE(VoiceCosts::may_delay_others(voice));
    voice.overdue.emplace_back();
    voice.overdue.back().frame = 640;
    // From its frame to two blocks and a fade behind it, and a spacing of checkpoints: 17 quanta of 30 ms.
    const auto frames = 17 * 1440;
    CHECK(scene.costs.others_bear_rewind(voice, INT64_MAX, 0));
    CHECK(scene.costs.others_bear_rewind(voice, frames + scene.ahead.floor_frames + 1, 0));
    CHECK_FALSE(scene.costs.others_bear_rewind(voice, frames + scene.ahead.floor_frames - 1, 0));
}

TEST_CASE("the voices that a slow one waits for are those that sound and do not yield") {
    Charged scene;
    std::vector<std::unique_ptr<WorkedVoice>> voices;
    for (const std::int64_t position : {6400, 640, 1280, 2560}) {
        voices.push_back(std::make_unique<WorkedVoice>());
        voices.back()->begun = true;
        voices.back()->position = position;
    }
    CHECK(scene.costs.least_of_others(voices, *voices[0]) == 640);
    CHECK(scene.costs.least_of_others(voices, *voices[1]) == 1280);
    voices[1]->ended = true;
    voices[2]->cost.add(50 * a_millisecond, a_millisecond, 1);
    CHECK(scene.costs.least_of_others(voices, *voices[0]) == 2560);
    voices[3]->ended = true;
    CHECK(scene.costs.least_of_others(voices, *voices[0]) == INT64_MAX);
}

TEST_CASE("a voice's share is real time while there is time, and else twice an even part or more") {
    Charged scene;
    scene.costs.find_share(10, 0.5);
    CHECK(scene.costs.share() == 1);
    scene.costs.find_share(1, 1.0);
    CHECK(scene.costs.share() == 1);
    scene.costs.find_share(10, 1.0);
    CHECK(scene.costs.share() == Approx(0.18));
    scene.costs.find_share(100, 1.0);
    CHECK(scene.costs.share() == Approx(0.1));
    // Where all cost the same there is nobody to blame.
    auto voice = scene.voice_of(0);
    for (int i = 0; i < 2000; ++i) scene.costs.add_quantum(voice, a_millisecond, 0);
    scene.costs.find_share(100, 1.0);
    CHECK(scene.costs.share() == 1);
}

TEST_CASE("a slow script is reported once per version") {
    Charged scene;
    CHECK(scene.costs.is_first_report(0, 0));
    CHECK_FALSE(scene.costs.is_first_report(0, 0));
    CHECK(scene.costs.is_first_report(0, 1));
    CHECK(scene.costs.is_first_report(1, 0));
}
