// An engine's share, stepped by the test: what it renders, rewinds, skips and lets go, when nobody hurries it.
#include "script-runtime/worker/engine_share.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/share_stage.h"

using namespace forerun;

namespace {

struct Shared : ShareStage {
    explicit Shared(const Configuration& c = small()) : ShareStage(counting_script(" + self.pressure * 8"), c) {
        // On the stage's clock a note that came before a block is met by it.
        send(start(640));
        step_until_idle();
        REQUIRE(word().state == WordState::published);
    }
    std::int64_t start_frame() const { return state.voice(0).start_frame; }
};

}  // namespace

TEST_CASE("a share without messages has nothing to do, and nothing is due") {
    ShareStage stage(counting_script());
    stage.step_until_idle();
    CHECK_FALSE(stage.share.step());
    CHECK(stage.share.next_due(5) == INT64_MAX);
}

TEST_CASE("a note is rendered to its depth and handed to the mixer; what is played is rendered again when it is due") {
    Shared stage;
    CHECK(stage.word() == VoiceWord{WordState::published, 0, 0, 3, 0});
    const auto filled = stage.written();
    CHECK(stage.start_frame() + filled > 4096 - RenderAhead::of(stage.configuration, 4096).refill_frames);
    CHECK(stage.start_frame() + filled <= 4096);
    for (const std::int64_t frame : {0, 100, 2000}) CHECK(stage.sample(frame) == count_at(frame));
    CHECK(stage.line.frames_rendered == static_cast<std::uint64_t>(filled));
    const auto now = monotonic_nanoseconds();
    CHECK(stage.share.next_due(now) > now);
    stage.take();
    stage.play_to(2048);
    CHECK(stage.share.next_due(now) < now);
    stage.step_until_idle();
    CHECK(stage.written() > filled + 1000);
    CHECK(stage.sample(3000) == count_at(3000));
}

TEST_CASE("an event in what is rendered is heard from its frame on, in the other ring, at its seam") {
    Shared stage;
    stage.take();
    stage.play_to(1024);
    stage.send(ShareStage::pressure(stage.start_frame() + 1000, 1));
    stage.step_until_idle();
    CHECK(stage.word() == VoiceWord{WordState::published, 1, 1, 3, 1000});
    CHECK(stage.line.rewinds == 1);
    for (const std::int64_t frame : {970, 999}) CHECK(stage.sample(frame) == count_at(frame));
    for (const std::int64_t frame : {1000, 1001, 3000}) CHECK(stage.sample(frame) == count_at(frame) + 8);
    // Another one, before the mixer has come: in the spare ring, and with both events.
    stage.send(ShareStage::pressure(stage.start_frame() + 1500, 0.5));
    stage.step_until_idle();
    CHECK(stage.word().seam == 1000);
    CHECK(stage.word().ring != 1);
    CHECK(stage.line.rewinds_again == 1);
    CHECK(stage.sample(1499) == count_at(1499) + 8);
    CHECK(stage.sample(1500) == count_at(1500) + 4);
    // It is taken, and not acknowledged: the next one waits.
    auto taken = stage.word();
    taken.state = WordState::taken;
    stage.state.voice(0).word = taken.packed();
    stage.send(ShareStage::pressure(stage.start_frame() + 2000, 0));
    stage.step_until_idle();
    CHECK(stage.line.rewinds == 2);
    CHECK(stage.share.next_due(7) == 7);
    stage.take();
    stage.play_to(1088);
    stage.step_until_idle();
    CHECK(stage.line.rewinds == 3);
    CHECK(stage.sample(2000) == count_at(2000));
}

TEST_CASE("where a ring ran dry time moves on, and the state does not") {
    Shared stage;
    stage.take();
    const auto rendered = stage.written();
    stage.play_to(6400);
    stage.state.mixer_voice(0).dry_generation_plus_one = 4;
    stage.step_until_idle();
    CHECK(stage.line.skips == 1);
    const auto seam = stage.word().seam;
    CHECK(stage.word().state == WordState::published);
    CHECK(stage.start_frame() + seam >= 6400);
    CHECK(seam % quantum_frames == 0);
    CHECK(stage.sample(seam) == count_at(rendered));
}

TEST_CASE("a stopped voice is rendered as far as its fade needs, and let go when the mixer has") {
    Shared stage;
    stage.take();
    stage.play_to(3000);
    stage.send(ShareStage::event(VoiceStop{}, 3000));
    stage.step_until_idle();
    const auto end = stage.written();
    stage.play_to(9000);
    stage.step_until_idle();
    CHECK(stage.written() == end);
    CHECK(stage.state.worker_voice(0).released_generation_plus_one == 0);
    stage.state.mixer_voice(0).released_generation_plus_one = 4;
    stage.play_to(9064);
    stage.step_until_idle();
    CHECK(stage.state.worker_voice(0).released_generation_plus_one == 4);
    CHECK(stage.reports(WorkerReportKind::released).size() == 1);
    CHECK(stage.state.worker_voice(0).rings_plus_one[0] == 1);
    CHECK(stage.state.worker_voice(0).rings_plus_one[1] == 2);
    // Its slot's next voice finds the rings where they are.
    auto next = ShareStage::start(9600);
    next.generation = 4;
    stage.send(next);
    stage.step_until_idle();
    CHECK(stage.word().generation == 4);
    CHECK(stage.sample(10) == count_at(10));
}

TEST_CASE("two engines' shares take turns on one thread, and neither knows of the other") {
    Shared first;
    ShareStage second(counting_script());
    second.send(ShareStage::start(640));
    first.take();
    first.play_to(2048);
    // As one thread would: whoever has something to do.
    for (int i = 0; i < 10'000; ++i) {
        const bool did = first.share.step();
        if (!second.share.step() && !did) break;
    }
    CHECK(second.word().state == WordState::published);
    CHECK(second.state.voice(0).start_frame + second.written() > 3000);
    CHECK(first.start_frame() + first.written() > 2048 + 3000);
    CHECK(second.sample(1000) == count_at(1000));
    CHECK(first.sample(3000) == count_at(3000));
    const auto now = monotonic_nanoseconds();
    CHECK(std::min(first.share.next_due(now), second.share.next_due(now)) > now);
}
