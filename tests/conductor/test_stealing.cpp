// More notes than voices: who is stolen, who is dropped and told, and what a slot is when it comes back.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

TEST_CASE("a key that sounds is released before it starts again, or stopped by policy same_note") {
    for (const auto policy : {StealPolicy::oldest, StealPolicy::same_note}) {
        auto rig = ConductorStage::one_instrument();
        rig.instruments[0].steal = policy;
        ConductorStage s(rig);
        s.note(0, 60);
        s.note(100, 60);
        s.conductor.advance(0);
        const auto wanted = policy == StealPolicy::oldest ? VoiceMessageKind::release : VoiceMessageKind::stop;
        const auto messages = s.of_kind(wanted);
        REQUIRE(messages.size() == 1);
        CHECK(messages[0].serial == 1);
        CHECK(messages[0].frame == 100);
    }
}

TEST_CASE("full polyphony steals by policy, the released before the held, never a higher priority") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments[0].polyphony = 3;
    const auto stolen_by = [&](StealPolicy policy, bool release_second) -> std::uint64_t {
        rig.instruments[0].steal = policy;
        ConductorStage s(rig);
        s.note(0, 60);
        s.note(1, 61);
        s.note(2, 62);
        if (release_second) s.send(EventKind::note_off, 3, 0, 61);
        s.conductor.advance(0);
        float level = 0.3f;
        for (const auto& start : s.of_kind(VoiceMessageKind::start)) {
            s.render(start, 6400, false, level);
            level -= 0.1f;  // the third is the quietest
        }
        s.mixer_commands(MixerCommandKind::stop);
        s.note(1000, 63);
        s.conductor.advance(0);
        const auto stops = s.mixer_commands(MixerCommandKind::stop);
        if (stops.empty()) return 0;
        CHECK(stops[0].frame == 1000);
        CHECK(s.count(&ConductorStatistics::voices_stolen) == 1);
        return stops[0].serial;
    };
    CHECK(stolen_by(StealPolicy::oldest, false) == 1);
    CHECK(stolen_by(StealPolicy::oldest, true) == 2);
    CHECK(stolen_by(StealPolicy::quietest, false) == 3);
    CHECK(stolen_by(StealPolicy::none, false) == 0);
}

TEST_CASE("with policy none, and against higher priorities, the new note is dropped, counted and told") {
    Rig rig;
    rig.instruments = {ConductorStage::instrument("important", 1), ConductorStage::instrument("other", 2)};
    rig.instruments[0].priority = 80;
    rig.instruments[1].priority = 20;
    ConductorStage s(rig);  // four voices in all
    for (int key = 0; key < 4; ++key) s.note(key, 60 + key);
    s.note(10, 70, 1);
    s.conductor.advance(0);
    CHECK(s.count(&ConductorStatistics::voices_started) == 4);
    CHECK(s.count(&ConductorStatistics::notes_dropped) == 1);
    Notification n;
    bool told = false;
    for (std::uint64_t number = 0;
         s.conductor.view().used_slots() && number < s.notifications.pushed() && s.notifications.try_read(number, n);
         ++number)
        told |= n.kind == NotificationKind::note_dropped && n.key == 70;
    CHECK(told);
    s.note(20, 71);  // priority 80 steals one of its own
    s.conductor.advance(0);
    CHECK(s.count(&ConductorStatistics::voices_stolen) == 1);
}

TEST_CASE("when the reserve is used up too, a live note waits for a slot and is dropped when its frame is near") {
    ConductorStage s;  // 4 voices, 2 in reserve
    for (int key = 0; key < 7; ++key) s.note(1000 + key, 60 + key);
    s.conductor.advance(0);
    CHECK(s.count(&ConductorStatistics::voices_started) == 6);
    CHECK(s.conductor.waits_for_slot());
    CHECK(s.state.header().horizon_frame == 1006);

    SECTION("a slot comes back") {
        s.let_go(s.of_kind(VoiceMessageKind::start).front());
        s.conductor.advance(64);
        CHECK(s.count(&ConductorStatistics::voices_started) == 7);
        CHECK(s.count(&ConductorStatistics::notes_dropped) == 0);
    }
    SECTION("none does") {
        s.conductor.advance(1000);
        CHECK(s.count(&ConductorStatistics::notes_dropped) == 1);
        CHECK_FALSE(s.conductor.waits_for_slot());
    }
}

TEST_CASE("a slot that comes back has the next generation and nothing of the old one counts") {
    ConductorStage s;
    s.note(0, 60);
    s.conductor.advance(0);
    const auto first = s.of_kind(VoiceMessageKind::start).front();
    s.render(first, 640, true);
    s.let_go(first);
    s.note(2000, 61);
    s.conductor.advance(1000);
    const auto second = s.of_kind(VoiceMessageKind::start).front();
    CHECK(second.slot == first.slot);
    CHECK(second.generation == first.generation + 1);
    s.send(EventKind::note_off, 3000, 0, 60);  // of the note that is gone
    s.conductor.advance(1000);
    CHECK(s.of_kind(VoiceMessageKind::release).empty());
}
