// In a replay a voice renders each timeline when all of its messages have come, and not before.
#include "script-runtime/worker/replayed_timelines.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/share_stage.h"

using namespace forerun;

namespace {

struct ReplayedVoiceStage : ServiceStage {
    ReplayedVoiceStage() : ServiceStage(counting_script(" + self.pressure")) {}
    // A voice of which 640 frames are rendered, which the mixer reads.
    void play() {
        begin();
        render(10);
        service.output.publish(voice);
        auto present = word();
        present.state = WordState::taken;
        state.voice(0).word = present.packed();
    }
    bool send(const ReplayedTimeline& timeline) { return replay.take(voice, timeline.packed(0, 3)); }
    bool send_pressure(std::int64_t frame) { return replay.take(voice, pressure(frame, 1)); }
    VoiceWord word() const { return VoiceWord::unpacked(state.voice(0).word.load()); }

    ReplayedTimelines replay{side, scripts.host(), thread, service};
};

}  // namespace

TEST_CASE("a voice renders nothing before it got its first timeline, with all of its messages") {
    ReplayedVoiceStage scene;
    ReplayedTimelines::hold(scene.voice);
    CHECK_FALSE(scene.voice.wants_more());
    CHECK(scene.send({{.ends = false, .messages = 2, .hold_frame = 5000, .fail_frame = 7000}}));
    CHECK(scene.send_pressure(100));
    CHECK_FALSE(scene.voice.wants_more());
    CHECK(scene.send_pressure(50));
    CHECK(scene.voice.wants_more());
    CHECK(scene.voice.replay.hold_frame == 5000);
    CHECK(scene.voice.replay.fail_frame == 7000);
    CHECK_FALSE(scene.voice.replay.may_end);
    REQUIRE(scene.voice.events.size() == 2);
    CHECK(scene.voice.events[0].frame == 50);
}

TEST_CASE("a stop is a stop, in a replay as in a session") {
    ReplayedVoiceStage scene;
    CHECK_FALSE(scene.replay.take(scene.voice, ServiceStage::event(VoiceStop{}, 10)));
}

TEST_CASE("a rewind is done as it was heard: from its seam on, with its messages, in the other ring") {
    ReplayedVoiceStage scene;
    scene.play();
    REQUIRE(scene.send({{.kind = ReplayedTimeline::Kind::rewind, .messages = 1}, 300}));
    CHECK(scene.word().state == WordState::taken);
    REQUIRE(scene.send_pressure(200));
    CHECK(scene.word() == VoiceWord{WordState::published, 1, 1, 3, 300});
    CHECK(scene.voice.position == 256);  // the seam's quantum
    CHECK(scene.voice.timeline.playing_lane == 0);
    scene.render(3);
    CHECK(scene.heard(300) == count_at(300) + 1);
    CHECK(scene.heard(256) == count_at(256) + 1);
}

TEST_CASE("a skip moves time on, from where the old timeline's state ended") {
    ReplayedVoiceStage scene;
    scene.play();
    REQUIRE(scene.send({{.kind = ReplayedTimeline::Kind::skip, .from_frame = 704}, 1280}));
    CHECK(scene.word() == VoiceWord{WordState::published, 1, 1, 3, 1280});
    CHECK(scene.voice.position == 1280);
    CHECK(scene.voice.checkpoints.empty());
    scene.render(1);
    CHECK(scene.heard(1280) == count_at(704));
}

TEST_CASE("a skip that another one replaced is not heard, but its time has passed") {
    ReplayedVoiceStage scene;
    scene.play();
    REQUIRE(scene.send({{.kind = ReplayedTimeline::Kind::skip, .heard = false, .from_frame = 640}, 1280}));
    CHECK(scene.word().state == WordState::taken);
    CHECK(scene.voice.position == 1280);
}

TEST_CASE("a script that failed in the session before the seam is heard no more") {
    ReplayedVoiceStage scene;
    scene.play();
    REQUIRE(scene.send({{.kind = ReplayedTimeline::Kind::rewind, .messages = 1, .fail_frame = 210}, 300}));
    REQUIRE(scene.send_pressure(200));
    CHECK(scene.voice.ended);
    CHECK(scene.word().seam == 300);
    CHECK(WrittenFrames::unpacked(scene.state.voice(0).written[1].load()).ended);
}
