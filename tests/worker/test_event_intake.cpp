// An event for a voice: in time, overdue, or too late.
#include "script-runtime/worker/event_intake.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/share_stage.h"

using namespace forerun;

namespace {

// A voice that is rendered up to frame 640, of which 64 are played.
struct Rendered : ServiceStage {
    explicit Rendered(const Configuration& c = small())
        : ServiceStage(ScriptFolder::voice("return 0.5 * self.pressure"), c) {
        begin();
        render(10);
        service.output.publish(voice);
        state.clock().advance(64);
    }
    template <typename Said = VoiceControlMove>
    void take(std::int64_t frame, const Said& said = {.value = 1, .control = VoiceControl::pressure}) {
        auto message = event(said, voice.start_frame + frame);
        message.arrival_nanoseconds = monotonic_nanoseconds();
        service.events.take(voice, message);
    }
    std::uint64_t late() const { return line.late_events; }
};

}  // namespace

TEST_CASE("an event in the future waits for its frame, one in what is rendered for a rewind") {
    Rendered scene;
    scene.take(640);
    REQUIRE(scene.voice.events.size() == 1);
    CHECK(scene.voice.overdue.empty());
    scene.take(639);
    CHECK(scene.voice.overdue.size() == 1);
    CHECK(scene.voice.events.size() == 1);
    CHECK(scene.late() == 0);
}

TEST_CASE("where nothing is rewound, an event in what is rendered happens behind it, and is late") {
    auto c = ServiceStage::small();
    c.rewind = false;
    Rendered scene(c);
    scene.take(100);
    CHECK(scene.voice.overdue.empty());
    REQUIRE(scene.voice.events.size() == 1);
    CHECK(scene.voice.events[0].frame == scene.voice.rendered_until());
    CHECK(scene.late() == 1);
    CHECK(scene.line.waiting_nanoseconds.count() == 1);
    CHECK(scene.line.waiting_nanoseconds.max() >= std::uint64_t{576} * 1'000'000'000 / 48000);
}

TEST_CASE("what a script does not look at is no reason to render again") {
    Rendered scene;
    scene.take(100, VoiceTime{});
    CHECK(scene.voice.overdue.empty());
    CHECK(scene.voice.events.size() == 1);
    CHECK(scene.late() == 0);
}

TEST_CASE("what is given up happens where rendering goes on, in its order") {
    Rendered scene;
    scene.take(300);
    scene.take(100, VoiceControlMove{.control = VoiceControl::modulation});
    scene.service.events.give_up_overdue(scene.voice);
    CHECK(scene.voice.overdue.empty());
    REQUIRE(scene.voice.events.size() == 2);
    CHECK(scene.voice.events[0].frame == scene.voice.rendered_until());
    CHECK(scene.voice.events[0].get<VoiceControlMove>().control == VoiceControl::pressure);
    CHECK(scene.late() == 2);
}

TEST_CASE("a voice whose script has failed takes no events") {
    Rendered scene;
    scene.service.output.fail(scene.voice, "it cannot");
    scene.take(100);
    scene.take(1000);
    CHECK(scene.voice.overdue.empty());
    CHECK(scene.voice.events.empty());
}

TEST_CASE("what was never heard is counted when the voice is over, but not what was cut off") {
    Rendered scene;
    scene.service.events.count_unplayed(scene.voice);
    CHECK(scene.late() == 1);  // its first timeline waits to be taken
    auto word = VoiceWord::unpacked(scene.state.voice(0).word.load());
    word.state = WordState::taken;
    scene.state.voice(0).word = word.packed();
    scene.service.events.count_unplayed(scene.voice);
    CHECK(scene.late() == 1);
    scene.take(300);
    scene.take(500);
    scene.voice.stop.frame = 400 + stop_fade_frames;
    scene.service.events.count_unplayed(scene.voice);
    CHECK(scene.late() == 2);
}

TEST_CASE("for a voice that is gone an event in the past is late, and a stop, a time, a reload are not") {
    Rendered scene;
    const auto gone = [&](const auto& said, std::int64_t frame) {
        scene.service.events.count_gone(ServiceStage::event(said, frame));
        return scene.late();
    };
    CHECK(gone(VoiceControlMove{.control = VoiceControl::pressure}, 64) == 0);
    CHECK(gone(VoiceStop{}, 0) == 0);
    CHECK(gone(VoiceTime{}, 0) == 0);
    CHECK(gone(VoiceReload{}, 0) == 0);
    CHECK(gone(VoiceControlMove{.control = VoiceControl::pressure}, 63) == 1);
}
