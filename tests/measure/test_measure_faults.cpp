// ctest: timeout=120
// Each kind of fault is put in, and found again: as many as were due, of their size, under their name. Time is the engine's.
#include "tools/measure/plan/fault.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <thread>

#include "rt-engine/threads/realtime_thread.h"
#include "tests/scenes/recorded_scene.h"
#include "tools/measure/run/fault_player.h"
#include "tools/measure/run/injected_faults.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

Configuration patient() {
    auto configuration = live_configuration();
    configuration.watchdog_milliseconds = 5000;
    return configuration;
}

// Faults of a worker, on this thread, with a clock that is set.
struct OneWorker final : ProbedWorker {
    explicit OneWorker(const char* text) : faults(faults_of(text), 48000) {}
    // Second by second's 64th part.
    void play(double to_seconds) {
        for (; frame <= static_cast<std::int64_t>(48000 * to_seconds); frame += 750) faults.step(*this);
    }
    std::uint64_t count(FaultKind fault) const { return faults.times(fault); }

    std::int64_t clock_frame() const override { return frame; }
    bool stopping() const override { return false; }
    void shows(Activity activity) override { shown.push_back(activity); }
    void make_garbage(std::uint64_t bytes) override { garbage_bytes += bytes; }
    void forget_compiled_code() override { ++forgotten; }

    InjectedFaults faults;
    std::vector<Activity> shown;
    std::uint64_t garbage_bytes = 0, forgotten = 0;
    std::int64_t frame = 0;
};

long page_faults_of_this_thread() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
}

// Threads of this process that the system runs by real-time priority, this high.
std::size_t threads_of_priority(int priority) {
    std::size_t threads = 0;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        sched_param has{};
        const auto id = static_cast<pid_t>(std::stol(task.path().filename().string()));
        const int policy = sched_getscheduler(id);
        if (policy < 0 || sched_getparam(id, &has) != 0) continue;  // it has just ended
        threads += (policy & ~SCHED_RESET_ON_FORK) == SCHED_FIFO && has.sched_priority == priority ? 1 : 0;
    }
    return threads;
}

}  // namespace

TEST_CASE("a worker's faults come as often as they are due, whatever steps time takes") {
    OneWorker worker(
        "stall 0.001 ms every 0.5 s + garbage 0.5 MiB every 1 s + cold_jit every 0.25 s + page_faults 3 pages every 2 "
        "s + flood 3 events every 0.1 s");
    worker.play(10);
    CHECK(worker.count(FaultKind::stall) == 20);
    CHECK(worker.count(FaultKind::garbage) == 10);
    CHECK(worker.garbage_bytes == 10 * (1u << 19));
    CHECK(worker.count(FaultKind::cold_jit) == 40);
    CHECK(worker.forgotten == 40);
    CHECK(worker.count(FaultKind::flood) == 0);  // comes from outside
    CHECK(worker.count(FaultKind::page_faults) == 5);
    CHECK(worker.count(FaultKind::priority_loss) == 0);
    // What its trace is told: a stall is to be found out.
    CHECK(std::count(worker.shown.begin(), worker.shown.end(), Activity::collecting) == 10);
    CHECK(std::count(worker.shown.begin(), worker.shown.end(), Activity::rendering) == 5);
    // It was kept from looking for a second: what was due comes, one at a time.
    worker.frame += 48000;
    worker.play(12);
    CHECK(worker.count(FaultKind::stall) == 24);
}

TEST_CASE("as many pages are touched as were asked for") {
    OneWorker worker("page_faults 2000 pages every 0.5 s");
    const auto before = page_faults_of_this_thread();
    worker.play(5);
    const auto faults = page_faults_of_this_thread() - before;
    CHECK(worker.count(FaultKind::page_faults) == 10);
    CHECK(faults >= 20000);
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)  // which touch memory of their own
    CHECK(faults < 20000 + 1000);
#endif
}

TEST_CASE("a worker that touches fresh memory is found at that: at work, for no voice") {
    const ScriptFolder folder;
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant_sample)), "page_faults 50000 pages every 0.5 s",
                patient());
    REQUIRE(scene.hold());
    scene.measure();
    CHECK(scene.does_until_found([](const Gap& g) { return g.cause == Cause::rendering && g.cause_voice == 0; },
                                 [&] { return scene.run_dry_in(FaultKind::page_faults, 10); }));
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    CHECK(scene.injected(FaultKind::page_faults) == static_cast<std::uint64_t>(scene.clock_seconds() / 0.5));
}

// Where the system grants no real-time priority, a batch thread loses its class as well: to the ordinary one, and back.
TEST_CASE("priority is lost for its time, and given back") {
    std::thread([] {
        if (!raise_to_realtime(worker_thread_priority)) {
            const sched_param none{};
            REQUIRE(sched_setscheduler(0, SCHED_BATCH, &none) == 0);
        }
        const int policy = sched_getscheduler(0);
        sched_param had{}, has{};
        sched_getparam(0, &had);
        REQUIRE((policy & ~SCHED_RESET_ON_FORK) != SCHED_OTHER);
        OneWorker worker("priority_loss 250 ms every 1 s");
        int losses = 0;
        bool lost = false;
        for (double seconds = 0; seconds < 3.99; seconds += 0.125) {
            worker.play(seconds);
            const bool is_lost = (sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) == SCHED_OTHER;
            const double since = seconds - std::floor(seconds);
            CHECK(is_lost == (seconds >= 1 && since < 0.25));
            losses += is_lost && !lost ? 1 : 0;
            lost = is_lost;
        }
        CHECK(losses == 3);
        CHECK(worker.count(FaultKind::priority_loss) == 3);
        CHECK(sched_getscheduler(0) == policy);
        sched_getparam(0, &has);
        CHECK(has.sched_priority == had.sched_priority);
    }).join();
}

TEST_CASE("an engine's worker loses its priority, where it has any") {
    const ScriptFolder folder;
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant_sample)), "priority_loss 500 ms every 1 s",
                patient());
    REQUIRE(scene.hold());
    scene.measure();
    const auto granted = threads_of_priority(worker_thread_priority);
    CHECK(granted <= 1);
    for (int time = 1; time <= 3; ++time) {
        REQUIRE(scene.play_patiently(time + 0.1));
        CHECK(scene.until([&] { return scene.injected(FaultKind::priority_loss) == static_cast<unsigned>(time); }));
        CHECK(scene.until([&] { return threads_of_priority(worker_thread_priority) == 0; }));
        REQUIRE(scene.play_patiently(time + 0.6));
        CHECK(scene.until([&] { return threads_of_priority(worker_thread_priority) == granted; }));
    }
    CHECK(scene.finished().gaps.empty());
}

TEST_CASE("a worker whose compiled code is gone is found compiling it again") {
    const ScriptFolder folder;
    // Each loop is a trace of its own, compiled as soon as it has run some fifty times: long to compile and quick to run.
    std::string loops;
    for (int i = 0; i < 300; ++i) {
        loops += "for i = 1, 60 do ";
        for (int term = 1; term <= 8; ++term) loops += "x = x + i % " + std::to_string(i + term) + " ";
        loops += "end\n";
    }
    Scene scene(folder.write("voice.lua",
                             "return { start = function(self) end, done = function() return false end,\n"
                             "render = function(self, out, n) local x = 0\n" +
                                 loops + "for i = 1, n do out[i] = 0 * x end end }"),
                "cold_jit every 0.5 s", patient());
    REQUIRE(scene.hold());
    scene.measure();
    CHECK(scene.does_until_found([](const Gap& g) { return g.cause == Cause::compiling; },
                                 [&] {
                                     const auto compiled = scene.probes.traces_compiled();
                                     const bool dry = scene.run_dry_in(FaultKind::cold_jit, 1);
                                     CHECK(scene.probes.traces_compiled() >= compiled + 100);
                                     return dry;
                                 }));
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    CHECK(scene.injected(FaultKind::cold_jit) == static_cast<std::uint64_t>(scene.clock_seconds() / 0.5));
}

TEST_CASE("a flood is as many events as it says, and no gap") {
    const ScriptFolder folder;
    const FaultScene faults(faults_of("flood 300 events every 0.125 s"),
                            folder.write("voice.lua", ScriptFolder::voice("return 0.1 * self.modulation")), false);
    Scene scene(faults.script());
    REQUIRE(scene.hold());
    scene.measure();
    FaultPlayer player(faults, scene.live.engine, 1);
    const auto& conductor = scene.state().header().conductor;
    const auto events_before = conductor.events.load();
    const double began = scene.clock_seconds();
    for (int time = 1; time <= 9; ++time) {
        REQUIRE(scene.play_patiently(began + 0.125 * time));
        player.play_until(0.125 * time);
        const auto due = static_cast<std::uint64_t>(std::min(time, 7));
        CHECK(scene.until([&] { return conductor.events.load() == events_before + 300 * due; }));
    }
    CHECK(player.played().at(FaultKind::flood) == 7);
    CHECK(conductor.events_refused.load() == 0);
    // Every fifteenth is for the held note's channel; the last of them is what it stays at.
    const auto heard = scene.out[0];
    scene.live.send(EventKind::controller, 1, 1);
    CHECK(scene.until([&] { return conductor.events.load() == events_before + 300 * 7 + 1; }));
    REQUIRE(scene.play_patiently(scene.clock_seconds() + 0.125));
    CHECK(heard / scene.out[0] == Approx(19 / 127.0));
    CHECK(scene.finished().gaps.empty());
}

TEST_CASE("a burst is as many notes as it says, which end, and no gap") {
    const ScriptFolder folder;
    const FaultScene faults(faults_of("burst 12 notes every 0.25 s"),
                            folder.write("voice.lua",
                                         "return { start = function(self) self.over = false end,\n"
                                         "release = function(self) self.over = true end,\n"
                                         "sample = function(self) return 0.01 end,\n"
                                         "done = function(self) return self.over end }"),
                            false);
    Scene scene(faults.script());
    REQUIRE(scene.hold());
    scene.measure();
    FaultPlayer player(faults, scene.live.engine, 1);
    const auto& conductor = scene.state().header().conductor;
    const auto events_before = conductor.events.load(), notes_before = conductor.notes.load(),
               voices_before = conductor.voices_started.load();
    const double began = scene.clock_seconds();
    for (int step = 1; step <= 40; ++step) {
        const double seconds = 0.03125 * step;
        REQUIRE(scene.play_patiently(began + seconds));
        player.play_until(seconds);
        const auto due_by = [](double time) { return static_cast<std::uint64_t>(std::clamp(time / 0.25, 0.0, 3.0)); };
        const auto due = due_by(seconds), let_go = due_by(seconds - 0.1);
        CHECK(scene.until([&] { return conductor.events.load() == events_before + 12 * (due + let_go); }));
        CHECK(conductor.notes.load() == notes_before + 12 * due);
    }
    CHECK(player.played().at(FaultKind::burst) == 3);
    CHECK(conductor.notes_dropped.load() == 0);
    CHECK(conductor.most_voices.load() == 13);
    REQUIRE(scene.play_patiently(scene.clock_seconds() + 0.5));
    CHECK(scene.until([&] { return scene.live.engine.voices_sounding() == 1; }));
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    CHECK(record.gaps.empty());
    CHECK(conductor.voices_started.load() - voices_before == 36);
}

TEST_CASE("a script that is saved again is heard as often, and a worker that makes it ready is found at that") {
    const ScriptFolder folder;
    // What stands at the top is run by every worker that makes a version ready.
    const FaultScene faults(
        faults_of("reload every 0.25 s"),
        folder.write("voice.lua", ScriptFolder::voice(constant_sample, "", "for i = 1, 3e6 do end")), false);
    auto configuration = live_configuration();
    configuration.watchdog_milliseconds = 5000;
    Scene scene(faults.script(), "none", configuration);
    REQUIRE(scene.hold());
    scene.measure();
    FaultPlayer player(faults, scene.live.engine, 1000);
    const auto& conductor = scene.state().header().conductor;
    const auto events_before = conductor.events.load();
    int saved = 0;
    const auto save = [&] {
        ++saved;
        std::atomic<bool> done{false};
        std::thread saving([&] {
            player.play_until(0.25 * saved);
            done.store(true);
        });
        const bool seen = scene.until([&] { return scene.activity().activity == Activity::warming || done.load(); });
        const bool dry = seen && scene.run_dry(0, 10);
        saving.join();
        // Each save is two events: what the version's parameters are by default, and the version.
        CHECK(
            scene.until([&] { return conductor.events.load() == events_before + 2u * static_cast<unsigned>(saved); }));
        return dry && scene.play_patiently(scene.clock_seconds() + 0.1);
    };
    for (int time = 0; time < 2; ++time) REQUIRE(save());
    CHECK(scene.does_until_found([](const Gap& g) { return g.cause == Cause::warming; }, save));
    CHECK(player.played().at(FaultKind::reload) == saved);
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    CHECK(scene.recorder.counts().errors == 0);
}

TEST_CASE("each hang is a script's error, and the voice that hangs is the cause of what the others miss") {
    const ScriptFolder folder;
    const FaultScene faults(faults_of("hang every 0.25 s"),
                            folder.write("voice.lua", ScriptFolder::voice(constant_sample)), false);
    REQUIRE(faults.is_rig());
    auto configuration = live_configuration();
    configuration.watchdog_milliseconds = 2000;
    Scene scene(faults.script(), "none", configuration);
    REQUIRE(scene.hold());
    scene.measure();
    FaultPlayer player(faults, scene.live.engine, 1000);
    int hung = 0;
    const auto hang = [&] {
        player.play_until(0.25 * ++hung);
        // No other call lasts so long: a quantum takes microseconds.
        const auto hangs = [&] {
            return scene.activity().serial > 1 &&
                   monotonic_nanoseconds() - scene.worker().activity_since_nanoseconds.load() > 500'000'000;
        };
        const auto is_over = [&] { return scene.recorder.counts().errors == static_cast<unsigned>(hung); };
        return scene.until([&] { return hangs() || is_over(); }) && scene.run_dry(0, 10) && scene.until(is_over);
    };
    CHECK(scene.does_until_found(
        [&](const Gap& g) {
            return g.voice == 1 && g.cause == Cause::rendering && g.cause_voice == 1 + static_cast<unsigned>(hung);
        },
        hang));
    CHECK(player.played().at(FaultKind::hang) == hung);
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    CHECK(scene.recorder.counts().errors == static_cast<unsigned>(hung));
    CHECK_THAT(scene.recorder.counts().first_error, Catch::Contains("hangs.lua"));
}
