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
