// A voice is begun, and rendered quantum by quantum into its ring.
#include "script-runtime/worker/voice_rendering.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/share_stage.h"

using namespace forerun;

namespace {

struct BegunVoice : ServiceStage {
    explicit BegunVoice(const std::string& script = counting_script(" + self.pressure"),
                        const Configuration& c = small())
        : ServiceStage(script, c) {
        voice.note = start(100);
        voice.start = voice.note.get<VoiceStart>();
        voice.start_frame = 100;
        voice.channels = 1;
    }
    bool begin_at(std::int64_t clock) { return service.rendering.begin(voice, clock); }
};

}  // namespace

TEST_CASE("a note in time begins at its frame, and its slot's rings are its own") {
    BegunVoice scene;
    REQUIRE(scene.begin_at(0));
    CHECK(scene.voice.start_frame == 100);
    CHECK(scene.state.voice(0).start_frame == 100);
    CHECK(scene.voice.timeline.ring == 0);
    CHECK(scene.voice.timeline.other_ring == 1);
    CHECK(scene.voice.begun);
    const auto reports = scene.reports(WorkerReportKind::started);
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].value == 0);
    CHECK(WorkerActivity::unpacked(scene.line.activity).activity == Activity::starting_voice);
    CHECK(WorkerActivity::unpacked(scene.line.activity).serial == 1);
}

TEST_CASE("a late note is moved to the next frame that can be met, with its events, and the move is reported") {
    BegunVoice scene;
    scene.voice.add_event(ServiceStage::pressure(120, 0.5));
    REQUIRE(scene.begin_at(6400));
    CHECK(scene.voice.start_frame == 6464);  // the clock has no time yet: the block after next
    CHECK(scene.voice.events[0].frame == 6464);
    CHECK(scene.reports(WorkerReportKind::started).at(0).value == 6364);
}

TEST_CASE("offline no note is late") {
    auto c = ServiceStage::small();
    c.offline = true;
    BegunVoice scene(counting_script(), c);
    REQUIRE(scene.begin_at(6400));
    CHECK(scene.voice.start_frame == 100);
}

TEST_CASE("the rings that a slot's voice before has left are taken over") {
    BegunVoice scene;
    scene.state.worker_voice(0).rings_plus_one[0] = 9;
    scene.state.worker_voice(0).rings_plus_one[1] = 1;
    REQUIRE(scene.begin_at(0));
    CHECK(scene.voice.timeline.ring == 8);
    CHECK(scene.voice.timeline.other_ring == 0);
}

TEST_CASE("quanta follow each other in the ring, events at their frames, and each is counted") {
    BegunVoice scene;
    REQUIRE(scene.begin_at(0));
    scene.voice.add_event(ServiceStage::pressure(200, 1));
    scene.render(3);
    CHECK(scene.voice.position == 192);
    CHECK(scene.heard(0) == 1.0f / 65536);
    CHECK(scene.heard(99) == 100.0f / 65536);
    CHECK(scene.heard(100) == 1 + 101.0f / 65536);
    CHECK(scene.line.frames_rendered == 192);
    CHECK(scene.line.quantum_nanoseconds.count() == 3);
    CHECK(scene.service.usual.nanoseconds() > 0);
}

TEST_CASE("a script that fails ends its voice where it failed, with its line") {
    BegunVoice scene(ScriptFolder::voice("if self.pressure > 0.5 then error('no more') end return 0.25"));
    REQUIRE(scene.begin_at(0));
    scene.render(1);
    scene.voice.add_event(ServiceStage::pressure(100 + 64 + 16, 1));
    scene.render(1);
    CHECK(scene.voice.failed);
    CHECK(scene.voice.position == 64 + 16);
    CHECK(scene.heard(79) == 0.25f);
    CHECK_THAT(scene.reports(WorkerReportKind::error).at(0).text, Catch::Contains("no more"));
    BegunVoice never(ScriptFolder::voice("return 0", "if note.velocity > 0 then error('not today') end"));
    CHECK_FALSE(never.begin_at(0));
    CHECK(never.voice.failed);
    CHECK_THAT(never.reports(WorkerReportKind::error).at(0).text, Catch::Contains("not today"));
}

TEST_CASE("a script that is done ends its voice, but not where a replay knows that it sounds on") {
    const std::string short_note =
        "return { start = function(self) end, sample = function() return 0.5 end,\n"
        "done = function() return true end }\n";
    BegunVoice scene(short_note);
    REQUIRE(scene.begin_at(0));
    scene.render(1);
    CHECK(scene.voice.ended);
    BegunVoice replayed(short_note);
    REQUIRE(replayed.begin_at(0));
    replayed.voice.replay.may_end = false;
    replayed.render(1);
    CHECK_FALSE(replayed.voice.ended);
}
