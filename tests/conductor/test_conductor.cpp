// The conductor alone: what it makes of events. The test plays worker and mixer by hand, so time is what the test says.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

TEST_CASE("events are handled by frame, then producer, then sequence, whatever order they came in") {
    ConductorStage s;
    s.send(EventKind::note_on, 200, 0, 60, 1, 2);
    s.send(EventKind::note_on, 200, 0, 61, 1, 1);
    s.send(EventKind::note_on, 100, 0, 62, 1, 9);
    s.send(EventKind::note_on, 200, 0, 63, 1, 1);
    s.conductor.advance(0);
    std::vector<int> keys;
    for (const auto& m : s.of_kind(VoiceMessageKind::start)) keys.push_back(m.get<VoiceStart>().key);
    CHECK(keys == std::vector<int>{62, 61, 63, 60});
}

TEST_CASE("a live event gets the clock's frame and the event delay; a file's is handed over a depth ahead, not more") {
    ConductorStage s;
    s.note(now_frame, 60);
    s.note(4096 + 4800, 61);
    s.conductor.advance(1000 - 1000);
    auto started = s.of_kind(VoiceMessageKind::start);
    REQUIRE(started.size() == 1);
    CHECK(started[0].frame == 100);
    s.conductor.advance(1);
    started = s.of_kind(VoiceMessageKind::start);
    REQUIRE(started.size() == 1);
    CHECK(started[0].frame == 4096 + 4800);
}

TEST_CASE("nothing at or behind a producer's promise is handled, and the horizon stays there") {
    ConductorStage s;
    auto promise = s.inbox.add_promise();
    promise->store(500);
    s.note(499, 60);
    s.note(500, 61);
    s.conductor.advance(0);
    CHECK(s.of_kind(VoiceMessageKind::start).size() == 1);
    CHECK(s.state.header().horizon_frame == 500);
    promise->store(INT64_MAX);
    s.conductor.advance(0);
    CHECK(s.of_kind(VoiceMessageKind::start).size() == 1);
    CHECK(s.state.header().horizon_frame == 4096 + 4800);
}

TEST_CASE("a note carries its parameters, frequency and channel's bend, and its seed differs from its neighbour's") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments[0].transpose = 12;
    ConductorStage s(rig);
    s.send(EventKind::parameter, 0, 0, 0, 7.5);
    s.send(EventKind::pitch_bend, 0, 0, 0, 1);
    s.note(10, 69);
    s.note(20, 69, 1);
    s.conductor.advance(0);
    const auto messages = s.voice_messages();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].kind == VoiceMessageKind::start);
    CHECK(messages[0].get<VoiceStart>().frequency_hz == Approx(880));
    CHECK(s.state.start_parameters(messages[0].slot)[0] == 7.5f);
    CHECK(messages[1].get<VoiceControlMove>().control == VoiceControl::bend);
    CHECK(messages[1].get<VoiceControlMove>().value == Approx(std::exp2(2 / 12.0)));
    CHECK(messages[2].kind == VoiceMessageKind::start);
    CHECK(messages[2].get<VoiceStart>().seed != messages[0].get<VoiceStart>().seed);
}

TEST_CASE("parameters are clamped and reach the voices that sound") {
    ConductorStage s;
    s.note(0, 60);
    s.send(EventKind::parameter, 50, 0, 0, 99);
    s.conductor.advance(0);
    const auto messages = s.of_kind(VoiceMessageKind::parameter);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].get<VoiceParameter>().value == 10.0f);
    CHECK(messages[0].frame == 50);
    CHECK(s.state.parameter(0).value.load() == 10.0f);
}

TEST_CASE("programs choose among the instruments of a channel, layers start together") {
    Rig rig;
    rig.instruments = {ConductorStage::instrument("a", 1), ConductorStage::instrument("b", 1),
                       ConductorStage::instrument("layer", 1)};
    rig.instruments[0].last_program = 7;
    rig.instruments[1].first_program = 8;
    ConductorStage s(rig);
    s.note(0, 60);
    s.send(EventKind::program, 1, 0, 8);
    s.note(2, 61);
    s.note(3, 62, 1);  // nobody listens there
    s.conductor.advance(0);
    std::vector<int> instruments;
    for (const auto& m : s.of_kind(VoiceMessageKind::start)) instruments.push_back(m.instrument);
    CHECK(instruments == std::vector<int>{0, 2, 1, 2});
    CHECK(s.count(&ConductorStatistics::notes) == 3);
}

TEST_CASE("the sustain pedal holds what is let go under it") {
    ConductorStage s;
    s.note(0, 60);
    s.note(0, 61);
    s.send(EventKind::note_off, 10, 0, 60);
    s.send(EventKind::controller, 20, 0, 64, 1);
    s.send(EventKind::note_off, 30, 0, 61);
    s.conductor.advance(0);
    auto released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 1);
    CHECK(released[0].frame == 10);
    s.send(EventKind::controller, 40, 0, 64, 0);
    s.conductor.advance(0);
    released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 1);
    CHECK(released[0].frame == 40);
}

TEST_CASE("the sostenuto pedal holds the keys that were down when it went down, and no others") {
    ConductorStage s;
    s.note(0, 60);
    s.note(0, 61);
    s.send(EventKind::controller, 10, 0, 66, 1);
    s.note(20, 62);
    for (int key : {60, 62}) s.send(EventKind::note_off, 30, 0, key);
    s.conductor.advance(0);
    auto released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 1);
    CHECK(released[0].serial == 3);
    // Lifted over the sustain pedal nothing ends; 61 is still held by its key.
    s.send(EventKind::controller, 40, 0, 64, 1);
    s.send(EventKind::controller, 50, 0, 66, 0);
    s.conductor.advance(0);
    CHECK(s.of_kind(VoiceMessageKind::release).empty());
    s.send(EventKind::controller, 60, 0, 64, 0);
    s.conductor.advance(0);
    released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 1);
    CHECK(released[0].serial == 1);
    CHECK(released[0].frame == 60);
    s.send(EventKind::note_off, 70, 0, 61);
    s.conductor.advance(0);
    CHECK(s.of_kind(VoiceMessageKind::release).size() == 1);
}

TEST_CASE("a release has the velocity of its note-off, also behind a pedal, and the usual one where nobody says") {
    ConductorStage s;
    for (int key : {60, 61, 62}) s.note(0, key);
    s.send(EventKind::note_off, 10, 0, 60, 0.25);
    s.send(EventKind::controller, 20, 0, 64, 1);
    s.send(EventKind::note_off, 30, 0, 61, 0.75);
    s.send(EventKind::note_off, 30, 0, 62);
    s.send(EventKind::controller, 40, 0, 64, 0);
    s.conductor.advance(0);
    const auto released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 3);
    CHECK(released[0].get<VoiceRelease>().velocity == 0.25f);
    CHECK(released[1].get<VoiceRelease>().velocity == 0.75f);
    CHECK(released[2].get<VoiceRelease>().velocity == usual_release_velocity);
}

TEST_CASE("an instrument with a bank plays that bank's programs, one without plays every bank's") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments.push_back(ConductorStage::instrument("bank 130"));
    rig.instruments[1].bank = 130;
    ConductorStage s(rig);
    s.note(0, 60);
    s.send(EventKind::controller, 1, 0, 0, 1.0 / 127);
    s.send(EventKind::controller, 1, 0, 32, 2.0 / 127);
    s.note(2, 61);
    s.send(EventKind::program, 3, 0, 9);
    s.note(4, 62);
    s.conductor.advance(0);
    std::vector<std::pair<int, int>> started;
    for (const auto& m : s.of_kind(VoiceMessageKind::start))
        started.emplace_back(m.get<VoiceStart>().key, m.instrument);
    CHECK(started == std::vector<std::pair<int, int>>{{60, 0}, {61, 0}, {62, 0}, {62, 1}});
}

TEST_CASE("keys split, velocities layer, and a curve bends what the voice gets") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments = {ConductorStage::instrument("low"), ConductorStage::instrument("high"),
                       ConductorStage::instrument("hard")};
    rig.instruments[0].last_key = 59;
    rig.instruments[1].first_key = 60;
    rig.instruments[2].least_velocity = 100;
    rig.instruments[2].velocity_curve = 2;
    ConductorStage s(rig);
    s.send(EventKind::note_on, 0, 0, 59, 99.0 / 127);
    s.send(EventKind::note_on, 1, 0, 60, 100.0 / 127);
    s.conductor.advance(0);
    const auto started = s.of_kind(VoiceMessageKind::start);
    REQUIRE(started.size() == 3);
    CHECK(started[0].instrument == 0);
    CHECK(started[1].instrument == 1);
    CHECK(started[1].get<VoiceStart>().velocity == Approx(100.0 / 127));
    CHECK(started[2].instrument == 2);
    CHECK(started[2].get<VoiceStart>().velocity == Approx(100.0 / 127 * 100 / 127));
    // Letting a key go reaches every layer.
    s.send(EventKind::note_off, 10, 0, 60);
    s.conductor.advance(0);
    CHECK(s.of_kind(VoiceMessageKind::release).size() == 2);
}

TEST_CASE("notes under the soft pedal begin softer") {
    ConductorStage s;
    s.send(EventKind::controller, 0, 0, 67, 1);
    s.note(1, 60);
    s.conductor.advance(0);
    const auto started = s.of_kind(VoiceMessageKind::start);
    REQUIRE(started.size() == 1);
    CHECK(started[0].get<VoiceStart>().velocity == Approx(0.5 * 2 / 3));
}

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

TEST_CASE("a full worker queue loses nothing and holds the horizon") {
    auto c = ConductorStage::small();
    c.workers = 1;
    c.worker_messages = 4;
    ConductorStage s(ConductorStage::one_instrument(), c);
    s.worker_queues.resize(1);
    s.note(0, 60);
    for (int i = 0; i < 20; ++i) s.send(EventKind::pitch_bend, 10 + i, 0, 0, i / 20.0);
    s.conductor.advance(0);
    CHECK(s.state.header().horizon_frame == 0);
    std::size_t seen = 0;
    for (int round = 0; round < 10; ++round) {
        for (VoiceMessage m; s.worker_queues[0].try_pop(m);) {
            if (m.is<VoiceControlMove>()) CHECK(m.frame == 10 + static_cast<std::int64_t>(seen++));
        }
        s.conductor.advance(0);
    }
    CHECK(seen == 20);
    CHECK(s.state.header().horizon_frame > 0);
}

TEST_CASE("all sound off fades every voice of its channel, controllers move the gains of sounding voices") {
    ConductorStage s;
    s.note(0, 60);
    s.note(0, 61, 1);
    s.send(EventKind::controller, 50, 0, 7, 1);
    s.send(EventKind::controller, 60, 0, 120, 0);
    s.conductor.advance(0);
    std::vector<MixerCommand> all;
    for (MixerCommand c; s.mixer_queue.try_pop(c);) all.push_back(c);
    REQUIRE(all.size() == 4);
    CHECK(all[2].kind == MixerCommandKind::voice_gains);
    CHECK(all[2].frame == 50);
    CHECK(all[2].left == Approx(std::pow(1.27, 2) * std::sqrt(0.5)));
    CHECK(all[3].kind == MixerCommandKind::stop);
    CHECK(all[3].serial == 1);
}
