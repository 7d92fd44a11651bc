// What each worker did, second by second, and how often its compiler gave up.
#include <numeric>
#include <sstream>

#include "tests/scenes/recorded_scene.h"
#include "tools/measure/record/worker_seconds.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

constexpr std::int64_t one_ms = 1'000'000;
constexpr std::int64_t begin = 5000 * one_ms;

ActivitySpan work(std::int64_t from_ms, std::int64_t to_ms, Activity activity) {
    return {begin + from_ms * one_ms, begin + to_ms * one_ms, WorkerActivity{activity, 0}.packed()};
}

double us(const WorkerSecond& second, Cause cause) { return second.micros[static_cast<std::size_t>(cause)]; }
double sum_us(const WorkerSecond& second) { return std::accumulate(second.micros.begin(), second.micros.end(), 0.0); }

}  // namespace

TEST_CASE("a worker's time is divided into seconds, each of which adds up") {
    ActivityTrace first, second;
    const auto give_up = [](ActivityTrace& trace, int traces) {
        for (int i = 0; i < traces; ++i) trace.compiler_worked(0, 0, false);
    };
    std::vector<WorkerHistory> workers(2);
    WorkerSeconds seconds({&first, &second});
    give_up(first, 7);  // before it is measured
    seconds.begin(begin);

    workers[0].add(work(0, 900, Activity::rendering));
    workers[0].add(work(900, 1200, Activity::collecting));
    give_up(first, 3);
    for (int i = 0; i < 2; ++i) second.compiler_worked(0, 0, true);
    seconds.look(begin + 1000 * one_ms, workers);
    CHECK(seconds.done().empty());  // the other has not reported
    CHECK(seconds.needed_from(begin + 1000 * one_ms) == begin);

    give_up(first, 1);
    workers[0].add(work(1200, 2500, Activity::idle));
    workers[1].add(work(0, 2200, Activity::idle));
    workers[1].add(work(400, 1300, Activity::not_scheduled));
    seconds.look(begin + 2300 * one_ms, workers);
    seconds.finish(begin + 2500 * one_ms, workers);

    REQUIRE(seconds.done().size() == 6);
    for (int line = 0; line < 6; ++line) {
        const auto& s = seconds.done()[static_cast<std::size_t>(line)];
        CHECK(s.second == line / 2);
        CHECK(s.worker == static_cast<std::uint32_t>(line % 2));
        CHECK(sum_us(s) == Approx(s.second < 2 ? 1e6 : 5e5));
    }
    const auto& done = seconds.done();
    CHECK(us(done[0], Cause::rendering) == Approx(900'000));
    CHECK(us(done[0], Cause::collecting) == Approx(100'000));
    CHECK(us(done[1], Cause::not_scheduled) == Approx(600'000));
    CHECK(us(done[2], Cause::collecting) == Approx(200'000));
    CHECK(us(done[3], Cause::not_scheduled) == Approx(300'000));
    CHECK(done[0].trace_aborts == 3);
    CHECK(done[1].traces_compiled == 2);
    CHECK(done[2].trace_aborts == 1);
    CHECK(done[4].trace_aborts == 0);
}

TEST_CASE("what is reported long after its second is still counted in it") {
    const ActivityTrace one, other;
    std::vector<WorkerHistory> workers(2);
    WorkerSeconds seconds({&one, &other});
    seconds.begin(begin);
    for (int second = 1; second <= 8; ++second) seconds.look(begin + 1000 * second * one_ms, workers);
    CHECK(seconds.done().empty());
    for (auto& worker : workers) worker.add(work(0, 8500, Activity::collecting));
    seconds.look(begin + 8500 * one_ms, workers);
    REQUIRE(seconds.done().size() == 16);
    for (const auto& s : seconds.done()) CHECK(us(s, Cause::collecting) == Approx(1e6));
}

TEST_CASE("workers.csv is read as it was written, and a damaged one is refused with its line") {
    std::vector<WorkerSecond> written(2);
    written[0] = {.second = 3, .worker = 1, .micros = {}, .traces_compiled = 4, .trace_aborts = 5};
    written[0].micros[static_cast<std::size_t>(Cause::collecting)] = 1234.567;
    std::stringstream file;
    write_worker_seconds(file, written);
    const auto text = file.str();
    const auto read = read_worker_seconds(file, "workers.csv");
    REQUIRE(read.size() == 2);
    CHECK(read[0].second == 3);
    CHECK(read[0].worker == 1);
    CHECK(read[0].micros == written[0].micros);
    CHECK(read[0].traces_compiled == 4);
    CHECK(read[0].trace_aborts == 5);
    std::istringstream torn(text.substr(0, text.rfind(',')));
    CHECK_THAT(bad_input([&] { read_worker_seconds(torn, "workers.csv"); }), Catch::StartsWith("workers.csv:3"));
    auto longer = text;
    longer.replace(longer.find("1234.567"), 8, "2000000");
    std::istringstream long_second(longer);
    CHECK_THAT(bad_input([&] { read_worker_seconds(long_second, "workers.csv"); }), Catch::Contains("workers.csv:2"));
}

TEST_CASE("garbage and traces that are given up are in the seconds of the worker that had them") {
    const ScriptFolder folder;
    auto configuration = live_configuration();
    configuration.watchdog_milliseconds = 5000;
    // A function that is made in a loop is what the compiler gives up.
    Scene scene(folder.write("voice.lua", ScriptFolder::voice("if self.pressure > 0.5 then for i = 1, 100 do "
                                                              "self.f = function() return i end end end return 0.1")),
                "garbage 20 MiB every 0.5 s", configuration);
    REQUIRE(scene.hold());
    const auto aborts_before = scene.probes.trace_aborts();
    const auto garbage_before = scene.injected(FaultKind::garbage);
    scene.measure();
    const auto began = monotonic_nanoseconds();
    scene.live.send(EventKind::channel_pressure, 0, 1, 0, scene.live.clock() + 600);
    REQUIRE(scene.play_patiently(1.2));
    CHECK(scene.until([&] { return scene.probes.trace_aborts() > aborts_before; }));
    const auto record = scene.finished();
    CHECK(scene.injected(FaultKind::garbage) == garbage_before + 2);
    std::uint64_t aborts = 0;
    double collecting = 0, all = 0;
    for (const auto& s : record.workers) {
        aborts += s.trace_aborts;
        collecting += us(s, Cause::collecting);
        all += sum_us(s);
    }
    CHECK(aborts == scene.probes.trace_aborts() - aborts_before);
    // Forty MiB in tables, at no machine's speed in less.
    CHECK(collecting > 1000);
    CHECK(all < static_cast<double>(monotonic_nanoseconds() - began) / 1000);
}
