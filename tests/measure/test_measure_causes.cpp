// What a worker did while a ring was dry adds up to the gap, and the cause is what kept it from rendering.
#include <numeric>

#include "tests/scenes/catch.h"
#include "tools/measure/record/gap_causes.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

constexpr std::int64_t ms = 1'000'000;

ActivitySpan span(std::int64_t from_ms, std::int64_t to_ms, Activity activity, std::uint64_t serial = 0) {
    return {from_ms * ms, to_ms * ms, WorkerActivity{activity, serial}.packed()};
}

Gap explained(const WorkerHistory& worker, std::int64_t began_ms, std::int64_t frames, std::int64_t depth_ms = 20) {
    Gap gap;
    gap.frames = frames;
    UnderrunRecord record;
    record.began_nanoseconds = began_ms * ms;
    explain(gap, record, worker, 48000, depth_ms * ms);
    CHECK(std::accumulate(gap.micros.begin(), gap.micros.end(), 0.0) ==
          Approx(1e6 * static_cast<double>(frames) / 48000).margin(0.01));
    return gap;
}

double us(const Gap& gap, Cause cause) { return gap.micros[static_cast<std::size_t>(cause)]; }

}  // namespace

TEST_CASE("stretches fill any time without gaps or overlaps") {
    WorkerHistory worker;
    worker.add(span(10, 20, Activity::rendering, 1));
    worker.add(span(14, 16, Activity::compiling, 1));
    worker.add(span(20, 25, Activity::collecting));
    worker.add(span(30, 60, Activity::rendering, 2));
    worker.add(span(35, 55, Activity::not_scheduled));
    worker.add(span(50, 52, Activity::compiling, 2));  // nobody compiles who is not run
    for (std::int64_t from = 0; from < 70; from += 3)
        for (std::int64_t to = from + 1; to < 75; to += 7) {
            const auto all = worker.stretches(from * ms, to * ms);
            REQUIRE_FALSE(all.empty());
            CHECK(all.front().from_nanoseconds == from * ms);
            CHECK(all.back().to_nanoseconds == to * ms);
            for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i].from_nanoseconds == all[i - 1].to_nanoseconds);
        }
    const auto d = worker.durations(0, 70 * ms);
    const auto of = [&](Activity a) { return d[static_cast<std::size_t>(a)] / ms; };
    CHECK(of(Activity::rendering) == 8 + 10);
    CHECK(of(Activity::compiling) == 2);
    CHECK(of(Activity::collecting) == 5);
    CHECK(of(Activity::not_scheduled) == 20);
    CHECK(of(Activity::idle) == 10 + 5 + 10);
    worker.forget_before(26 * ms);
    CHECK(worker.durations(0, 26 * ms)[static_cast<std::size_t>(Activity::idle)] == 26 * ms);
}

TEST_CASE("a gap's causes add up to it, and the one that kept the worker is named") {
    WorkerHistory worker;
    worker.add(span(0, 100, Activity::rendering, 3));
    worker.add(span(100, 170, Activity::collecting));
    worker.add(span(170, 200, Activity::rendering, 7));
    const auto gap = explained(worker, 120, 3840);  // 80 ms
    CHECK(gap.cause == Cause::collecting);
    CHECK(us(gap, Cause::collecting) == Approx(50000));
    CHECK(us(gap, Cause::rendering) == Approx(30000));
}

TEST_CASE("a stall that has just ended is the cause of what is paid for it later") {
    WorkerHistory worker;
    worker.add(span(0, 30, Activity::idle));
    worker.add(span(10, 29, Activity::woken_late));
    worker.add(span(30, 40, Activity::rendering, 5));
    const auto gap = explained(worker, 31, 96);  // 2 ms, all of it rendering
    CHECK(gap.cause == Cause::woken_late);
    CHECK(us(gap, Cause::rendering) == Approx(2000));
    // Long before, a full ring had outlived it.
    CHECK(explained(worker, 31 + 60, 96).cause != Cause::woken_late);
}

TEST_CASE("one call that fills the gap is its cause, whatever was before") {
    WorkerHistory worker;
    worker.add(span(0, 30, Activity::warming));
    worker.add(span(30, 90, Activity::rewinding, 4));
    const auto gap = explained(worker, 40, 960);  // 20 ms
    CHECK(gap.cause == Cause::rewinding);
    CHECK(gap.cause_voice == 4);
}

TEST_CASE("where nothing kept the worker, the work itself was too much") {
    WorkerHistory worker;
    worker.add(span(0, 50, Activity::rendering, 5));
    worker.add(span(50, 90, Activity::rewinding, 6));
    worker.add(span(90, 100, Activity::rendering, 5));
    CHECK(explained(worker, 10, 480).cause == Cause::rendering);
    CHECK(explained(worker, 10, 480).cause_voice == 5);
    CHECK(explained(worker, 55, 480).cause == Cause::rewinding);
    CHECK(explained(worker, 55, 480).cause_voice == 6);
    // A short pause is not what a long gap comes from.
    worker.add(span(20, 21, Activity::not_scheduled));
    CHECK(explained(worker, 10, 480).cause == Cause::rendering);
}

TEST_CASE("a worker of which nothing is known was idle") {
    const auto gap = explained(WorkerHistory(), 10, 480);
    CHECK(gap.cause == Cause::idle);
    CHECK(us(gap, Cause::idle) == Approx(10000));
}
