// Mute and solo, of the whole and of instruments: gains of what sounds and of what is to come.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

TEST_CASE("mute is the master's gain, and comes back to what the rig says") {
    auto rig = two_instruments();
    rig.master_gain_db = -6;
    ConductorStage s(rig);
    s.send(EventKind::mute, 100, 0, 0, 1);
    s.send(EventKind::mute, 200, 0, 0, 0);
    s.conductor.advance(0);
    const auto gains = s.mixer_commands(MixerCommandKind::master_gain);
    REQUIRE(gains.size() == 2);
    CHECK(gains[0].left == 0);
    CHECK(gains[0].frame == 100);
    CHECK(gains[1].left == Approx(0.5012).margin(1e-4));
    CHECK(gains[1].frame == 200);
}

TEST_CASE("an instrument is muted or alone: gains of the voices that sound and of those to come") {
    ConductorStage s(two_instruments());
    s.note(0, 60, 0);
    s.note(0, 60, 1);
    s.conductor.advance(0);
    const auto starts = s.mixer_commands(MixerCommandKind::start);
    REQUIRE(starts.size() == 2);
    CHECK(starts[0].left > 0);
    // What the newest commands say: the gain of each of the two voices.
    const auto gains = [&] {
        s.conductor.advance(0);
        std::vector<bool> heard;
        for (const auto& c : s.mixer_commands(MixerCommandKind::voice_gains)) heard.push_back(c.left > 0);
        return heard;
    };
    s.send(EventKind::solo, 100, 0, 2, 1);
    CHECK(gains() == std::vector<bool>{false, true});
    s.send(EventKind::solo, 110, 0, 1, 1);
    CHECK(gains() == std::vector<bool>{true, true});
    // Mute counts more; it does not end what others have alone.
    s.send(EventKind::mute, 120, 0, 1, 1);
    CHECK(gains() == std::vector<bool>{false, true});
    s.note(130, 62, 0);
    s.note(130, 62, 1);
    s.conductor.advance(0);
    const auto later = s.mixer_commands(MixerCommandKind::start);
    REQUIRE(later.size() == 2);
    CHECK(later[0].left == 0);
    CHECK(later[1].left > 0);
    s.send(EventKind::mute, 140, 0, 1, 0);
    s.send(EventKind::solo, 140, 0, 1, 0);
    s.send(EventKind::solo, 140, 0, 2, 0);
    s.conductor.advance(0);
    const auto last = s.mixer_commands(MixerCommandKind::voice_gains);
    REQUIRE(last.size() == 12);
    for (std::size_t i = 8; i < 12; ++i) CHECK(last[i].left > 0);
    // The same again, and numbers that are no instrument's, change nothing.
    s.send(EventKind::solo, 150, 0, 2, 0);
    s.send(EventKind::solo, 150, 0, 0, 1);
    s.send(EventKind::solo, 150, 0, 3, 1);
    s.send(EventKind::mute, 150, 0, 3, 1);
    s.conductor.advance(0);
    CHECK(s.mixer_commands(MixerCommandKind::voice_gains).empty());
}
