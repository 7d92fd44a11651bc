// Copies of a voice's state while it is rendered: made, kept, gone back to.
#include "script-runtime/worker/state_copies.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/share_stage.h"

using namespace forerun;

namespace {

struct CopiedVoice : ServiceStage {
    explicit CopiedVoice(const std::string& script = counting_script(), const Configuration& c = small())
        : ServiceStage(script, c) {
        begin();
        service.output.publish(voice);
        acknowledge(0);
    }
    void acknowledge(std::uint8_t lane) {
        auto word = voice.word(WordState::taken);
        word.lane = lane;
        state.mixer_voice(0).acknowledged_word = word.packed();
    }
    std::vector<std::int64_t> frames() {
        std::vector<std::int64_t> found;
        voice.checkpoints.for_each([&](const Checkpoint& copy) { found.push_back(copy.frame); });
        return found;
    }
};

}  // namespace

TEST_CASE("a copy is made before the first quantum, and then every spacing; each is counted") {
    CopiedVoice scene;
    scene.render(40);
    const auto frames = scene.frames();
    REQUIRE(frames.size() >= 2);
    CHECK(frames[0] == 0);
    CHECK(scene.line.checkpoint_nanoseconds.count() == frames.size());
    for (std::size_t i = 1; i < frames.size(); ++i) CHECK(frames[i] - frames[i - 1] >= least_checkpoint_spacing_frames);
}

TEST_CASE("what has been played needs no copy, as long as the mixer reads the present timeline") {
    CopiedVoice scene;
    const auto space_closely = [&] { scene.voice.checkpoints.space({1e9, 0, 4096, 4096, 1u << 20, 48000}); };
    scene.render(20);
    scene.state.clock().advance(1000);
    scene.acknowledge(1);  // of another timeline
    space_closely();
    scene.render(4);
    CHECK(scene.frames().back() >= 1280);
    CHECK(scene.frames().front() == 0);
    scene.acknowledge(0);
    space_closely();
    scene.render(4);
    CHECK(scene.frames().front() >= 512);
    CHECK(scene.frames().front() <= 1000);
}

TEST_CASE("a state that cannot be copied is reported once, and events do not wait for an impossible rewind") {
    CopiedVoice scene(ScriptFolder::voice("rawset(self, 'x', 1) return 0.1"));
    scene.render(1);
    CHECK_FALSE(scene.voice.rewindable);
    CHECK(scene.frames().empty());
    scene.voice.overdue.push_back(ServiceStage::pressure(10));
    CHECK(scene.service.copies.save(scene.voice) == nullptr);
    CHECK(scene.voice.overdue.empty());
    CHECK(scene.voice.events.size() == 1);
    const auto reports = scene.reports(WorkerReportKind::fixed);
    REQUIRE(reports.size() == 1);
    CHECK_THAT(reports[0].text, Catch::Contains("calls rawset"));
}

TEST_CASE("a voice goes back to the newest copy before a frame, and sounds the same from there") {
    CopiedVoice scene;
    scene.render(40);
    const auto newest = scene.frames().back();
    REQUIRE(scene.service.copies.go_back(scene.voice, newest - 1, {}));
    CHECK(scene.voice.position < newest);
    CHECK(scene.voice.position == scene.frames().back());
    const auto again = scene.voice.position;
    scene.voice.timeline.writer = RingWriter(scene.state.ring(1), scene.state.voice(0).written[1], again);
    scene.render(1);
    CHECK(scene.heard(again) == static_cast<float>(again + 1) / 65536);
}

TEST_CASE("messages come in where a voice goes back to, and those before are behind it") {
    CopiedVoice scene;
    scene.voice.add_event(ServiceStage::pressure(10, 0.5));
    scene.render(40);
    const auto first = scene.frames().at(1);
    REQUIRE(scene.service.copies.go_back(scene.voice, first, {ServiceStage::pressure(first + 5, 1)}));
    CHECK(scene.voice.applied == 1);
    REQUIRE(scene.voice.events.size() == 2);
    CHECK(scene.voice.next_event()->frame == first + 5);
}

TEST_CASE("from a rewind that came to nothing a voice returns to where it was") {
    CopiedVoice scene;
    scene.render(40);
    auto before = scene.voice.progress();
    auto end = scene.service.copies.save(scene.voice, true);
    REQUIRE(end);
    scene.voice.instances.kept = end.get();
    REQUIRE(scene.service.copies.go_back(scene.voice, 0, {}));
    scene.service.copies.drop_all_but_oldest(scene.voice);
    scene.voice.restore(std::move(before));
    REQUIRE(scene.service.copies.return_to(scene.voice, std::move(end)));
    scene.voice.instances.kept = nullptr;
    CHECK(scene.frames() == std::vector<std::int64_t>{0, 2560});
    CHECK(scene.voice.position == 2560);
    scene.render(1);
    CHECK(scene.heard(2560) == 2561.0f / 65536);
}

TEST_CASE("where nothing is rewound no copy is made, and events that are over are forgotten; a replay makes them") {
    auto c = ServiceStage::small();
    c.rewind = false;
    CopiedVoice scene(counting_script(), c);
    scene.voice.add_event(ServiceStage::pressure(10, 0.5));
    scene.render(3);
    CHECK(scene.frames().empty());
    CHECK(scene.voice.events.empty());
    StateCopies replaying(c, 1000, scene.service.ahead, scene.service.depth, scene.service.usual, scene.line,
                          scene.scripts.host(), scene.service.player, scene.service.output, scene.service.events,
                          scene.service.reports, scene.service.time, 1);
    replaying.keep(scene.voice, 0);
    CHECK(scene.frames().size() == 1);
    CHECK(StateCopies::reach_frames(c) == 0);
    c.rewind = true;
    CHECK(StateCopies::reach_frames(c) > c.depth_frames);
    c.offline = true;
    CHECK(StateCopies::reach_frames(c) == 0);
}

TEST_CASE("a voice that is let go leaves no copy behind") {
    CopiedVoice scene;
    scene.render(40);
    scene.service.copies.let_go(scene.voice);
    CHECK(scene.frames().empty());
}
