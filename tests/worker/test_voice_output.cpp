// From the host's buffers into a voice's ring, and the ring to the mixer.
#include "script-runtime/worker/voice_output.h"

#include <cmath>

#include "tests/scenes/catch.h"
#include "tests/scenes/share_stage.h"

using namespace forerun;

namespace {

// A voice that is begun, with what a script might have rendered in the host's buffers.
struct Written : ServiceStage {
    Written()
        : ServiceStage(
              "return { channels = 2, start = function(self) end, done = function() return false end,\n"
              "sample = function(self) return 0, 0 end }\n") {
        begin();
        for (int i = 0; i < quantum_frames; ++i) {
            scripts.host().left()[i] = 0.25f;
            scripts.host().right()[i] = -0.5f;
        }
    }
    VoiceWord word() const { return VoiceWord::unpacked(state.voice(0).word.load()); }
    WrittenFrames written() const {
        return WrittenFrames::unpacked(state.voice(0).written[voice.timeline.lane].load());
    }
};

}  // namespace

TEST_CASE("a quantum goes into the ring, with its level beside it") {
    Written scene;
    scene.service.output.commit(scene.voice, 64, false);
    CHECK(scene.voice.position == 64);
    CHECK_FALSE(scene.voice.ended);
    CHECK(scene.written().frames == 64);
    CHECK(scene.heard(63, 0) == 0.25f);
    CHECK(scene.heard(0, 1) == -0.5f);
    CHECK(scene.state.level(0, 0) == 0.5f);
    scene.service.output.commit(scene.voice, 20, true);
    CHECK(scene.written().frames == 84);
    CHECK(scene.written().ended);
    CHECK(scene.voice.ended);
}

TEST_CASE("what is no number does not reach the ring, and is reported once with its line") {
    Written scene;
    scene.scripts.host().right()[7] = NAN;
    scene.scripts.host().left()[9] = 1e9f;
    scene.service.output.commit(scene.voice, 64, false);
    CHECK(scene.heard(7, 1) == 0);
    CHECK(scene.heard(9, 0) == 0);
    CHECK(scene.heard(7, 0) == 0.25f);
    scene.service.output.commit(scene.voice, 64, false);
    const auto reports = scene.reports(WorkerReportKind::silenced);
    REQUIRE(reports.size() == 1);
    CHECK_THAT(reports[0].text, Catch::Contains("voice.lua:2: made samples") && Catch::Contains("(1e+09)"));
}

TEST_CASE("a first timeline is handed over with its note's arrival") {
    Written scene;
    scene.voice.note.arrival_nanoseconds = 77;
    CHECK(scene.word().state == WordState::empty);
    scene.service.output.publish(scene.voice);
    CHECK(scene.word() == VoiceWord{WordState::published, 0, 0, 3, 0});
    CHECK(scene.voice.timeline.published);
    CHECK(scene.state.worker_voice(0).arrival_nanoseconds[0] == 77);
    CHECK_FALSE(scene.service.output.acknowledged(scene.voice));
    scene.state.mixer_voice(0).acknowledged_word = scene.voice.word(WordState::taken).packed();
    CHECK(scene.service.output.acknowledged(scene.voice));
    scene.voice.timeline.seam_frame = 64;  // of another timeline
    CHECK_FALSE(scene.service.output.acknowledged(scene.voice));
}

TEST_CASE("a voice that fails ends where it is, says why, and is heard so far") {
    Written scene;
    scene.service.output.commit(scene.voice, 64, false);
    scene.voice.overdue.push_back(ServiceStage::pressure(10));
    scene.service.output.fail(scene.voice, "it cannot go on");
    CHECK(scene.voice.failed);
    CHECK(scene.voice.overdue.empty());
    CHECK(scene.written().frames == 64);
    CHECK(scene.written().ended);
    CHECK(scene.word().state == WordState::published);
    const auto reports = scene.reports(WorkerReportKind::error);
    REQUIRE(reports.size() == 1);
    CHECK(std::string(reports[0].text) == "it cannot go on");
}
