// One voice's checkpoints: which are kept, where a rewind begins, how far apart they are.
#include "script-runtime/worker/checkpoints.h"

#include <set>

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct Kept {
    void add(std::int64_t frame) {
        auto checkpoint = pool.take();
        checkpoint->frame = frame;
        all.add(std::move(checkpoint));
    }
    std::vector<std::int64_t> frames() {
        std::vector<std::int64_t> found;
        all.for_each([&](const Checkpoint& checkpoint) { found.push_back(checkpoint.frame); });
        return found;
    }
    CheckpointPool pool;
    Checkpoints all;
};

Kept of_frames(const std::vector<std::int64_t>& frames) {
    Kept kept;
    for (const auto frame : frames) kept.add(frame);
    return kept;
}

using Frames = std::vector<std::int64_t>;

Instance* instance_at(std::uintptr_t address) { return reinterpret_cast<Instance*>(address); }

}  // namespace

TEST_CASE("the first checkpoint is due at once, the next ones a spacing later") {
    Kept kept;
    CHECK(kept.all.is_due(0));
    kept.add(0);
    CHECK_FALSE(kept.all.is_due(0));
    CHECK_FALSE(kept.all.is_due(kept.all.spacing_frames() - 1));
    CHECK(kept.all.is_due(kept.all.spacing_frames()));
}

TEST_CASE("of the checkpoints behind what events may ask for, the newest stays") {
    auto kept = of_frames({0, 512, 1024, 1536});
    kept.all.drop_before(511, kept.pool);
    CHECK(kept.frames() == Frames{0, 512, 1024, 1536});
    kept.all.drop_before(1100, kept.pool);
    CHECK(kept.frames() == Frames{1024, 1536});
    kept.all.drop_before(99999, kept.pool);
    CHECK(kept.frames() == Frames{1536});
}

TEST_CASE("a rewind goes back to the newest checkpoint at or before its frame, or to the oldest there is") {
    auto kept = of_frames({512, 1024, 1536});
    kept.all.drop_after(1024, kept.pool);
    CHECK(kept.all.newest().frame == 1024);
    kept.all.drop_after(1023, kept.pool);
    CHECK(kept.all.newest().frame == 512);
    kept.all.drop_after(3, kept.pool);
    CHECK(kept.frames() == Frames{512});
}

TEST_CASE("a rewind that came to nothing keeps the checkpoint it began at") {
    auto kept = of_frames({512, 1024, 1536});
    kept.all.drop_all_but_oldest(kept.pool);
    CHECK(kept.frames() == Frames{512});
    kept.all.drop_all_but_oldest(kept.pool);
    CHECK(kept.frames() == Frames{512});
    kept.all.drop_all(kept.pool);
    CHECK(kept.all.empty());
    kept.all.drop_all_but_oldest(kept.pool);
    CHECK(kept.all.empty());
}

TEST_CASE("checkpoints that cannot be put back are dropped up to the first that can") {
    auto kept = of_frames({0, 512, 1024, 1536});
    const auto useless = [](const Checkpoint& c) { return c.frame < 1024 || c.frame == 1536; };
    CHECK(kept.all.drop_while(useless, kept.pool));
    CHECK(kept.frames() == Frames{1024, 1536});
    CHECK_FALSE(kept.all.drop_while(useless, kept.pool));
}

TEST_CASE("the memory of dropped checkpoints is used again") {
    auto kept = of_frames({0, 512, 1024});
    std::set<const Checkpoint*> first;
    kept.all.for_each([&](const Checkpoint& checkpoint) { first.insert(&checkpoint); });
    kept.all.drop_all(kept.pool);
    for (const std::int64_t frame : {0, 64, 128}) kept.add(frame);
    kept.all.for_each([&](const Checkpoint& checkpoint) { CHECK(first.contains(&checkpoint)); });
    kept.add(192);
    CHECK_FALSE(first.contains(&kept.all.newest()));
}

TEST_CASE("an instance is needed as long as a checkpoint leads back to it, also as the one that fades") {
    Kept kept;
    auto checkpoint = kept.pool.take();
    checkpoint->instance = instance_at(64);
    checkpoint->leaving = std::make_unique<Checkpoint>();
    checkpoint->leaving->instance = instance_at(128);
    kept.all.add(std::move(checkpoint));
    CHECK(kept.all.lead_to(instance_at(64)));
    CHECK(kept.all.lead_to(instance_at(128)));
    CHECK_FALSE(kept.all.lead_to(instance_at(192)));
}

TEST_CASE("checkpoints are as close as both time and memory allow, and one slow copy changes little") {
    Kept kept;
    Checkpoints::Bounds bounds{5000, 0, 24000, 24000, 256u << 10, 48000};
    kept.all.space(bounds);  // nothing to measure by
    CHECK(kept.all.spacing_frames() == 8 * quantum_frames);
    kept.add(0);
    kept.all.count_cost(5000);
    kept.all.space(bounds);
    const auto by_time = kept.all.spacing_frames();
    CHECK(by_time == checkpoint_spacing_frames(1, 0, 24000, 48000));

    kept.all.count_cost(50'000'000);  // the system ran something else
    kept.all.space(bounds);
    CHECK(kept.all.spacing_frames() == checkpoint_spacing_frames(1.6, 0, 24000, 48000));

    auto large = kept.pool.take();
    large->arena_bytes = 64u << 10;
    kept.all.add(std::move(large));
    kept.all.space(bounds);
    CHECK(kept.all.spacing_frames() == 24000 / 2);  // four may be there, of which two are the newest and the one behind
}
