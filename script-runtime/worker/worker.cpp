#include "script-runtime/worker/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "script-runtime/sandbox/script_thread_wall.h"
#include "script-runtime/sandbox/watchdog.h"
#include "script-runtime/worker/engine_share.h"
#include "script-runtime/worker/scheduling_watch.h"
#include "script-runtime/worker/share_scripts.h"
#include "script-runtime/worker/state_copies.h"
#include "shared/threads/flush_denormals.h"
#include "shared/threads/guarded_thread.h"
#include "shared/threads/single_writer.h"

namespace forerun {
namespace {

constexpr std::int64_t shortest_sleep_microseconds = 200;
constexpr std::int64_t longest_sleep_microseconds = 10'000;

}  // namespace

Worker::Worker(std::uint32_t index, SharedState& state, const Configuration& configuration, const Rig& rig,
               const WorkerSetup& setup)
    : index_(index),
      state_(state, index),
      configuration_(configuration),
      rig_(rig),
      setup_(setup),
      probe_(setup.probes ? setup.probes->of(index) : nullptr),
      activity_(state_.line(), probe_) {}

Worker::~Worker() { stop(); }

void Worker::start(Watchdog& watchdog, ScriptRuntime::ThreadStarted thread_started, const ScriptReader* reader) {
    std::optional<ScriptReader::User> reads;
    ReadScript read;
    if (reader) {
        reads.emplace(*reader);
        read = reader->reading();
    }
    thread_.start([this, &watchdog, thread_started, reads = std::move(reads), read = std::move(read)]() mutable {
        if (thread_started) thread_started(ScriptRuntime::Thread::worker);
        if (!configuration_.trust) ScriptThreadWall::enter(probe_ && probe_->changes_priority());
        run(watchdog, reads, read);
    });
}

void Worker::run(Watchdog& watchdog, std::optional<ScriptReader::User>& reads, const ReadScript& read) {
    const FlushDenormals flush;  // before anything of Lua is loaded
    std::exception_ptr thrown;
    try {
        activity_.changes(Activity::warming);
        load_scripts(read);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) return thread_.warmed(std::move(thrown));
    const Watchdog::Guard guard(watchdog, scripts_->host());
    try {
        const auto slow = scripts_->warm(warming_instrument_);
        scheduling_ = std::make_unique<SchedulingWatch>(state_.line(), activity_);
        share_ = std::make_unique<EngineShare>(EngineShare::OnThread{thread_, activity_, *scheduling_, probe_}, state_,
                                               configuration_, setup_, *scripts_);
        for (const auto instrument : slow) share_->expect_slow(instrument);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) return thread_.warmed(std::move(thrown));
    reads.reset();  // a reload brings its texts along
    thread_.warmed(nullptr);
    serve();
}

void Worker::load_scripts(const ReadScript& read) {
    auto options = LuaHostOptions::of(configuration_);
    options.reach_frames = StateCopies::reach_frames(configuration_);
    options.read = read;
    if (probe_) options.on_compiler = [this](CompilerEvent event) { activity_.compiler_changes(event); };
    scripts_ = std::make_unique<ShareScripts>(options, rig_, state_.line(), activity_);
}

void Worker::serve() {
    while (!thread_.stopping())
        run_guarded(
            [this] {
                if (!share_->step()) sleep();
            },
            [this](const char* why) { report_failure(why); });
}

// Until something is due; the conductor wakes us for events and a new horizon.
void Worker::sleep() {
    bump(state_.line().sleeps);
    const auto now = monotonic_nanoseconds();
    const auto due = share_->next_due(now);
    const auto microseconds =
        std::clamp<std::int64_t>((due == INT64_MAX ? longest_sleep_microseconds : (due - now) / 1000),
                                 shortest_sleep_microseconds, longest_sleep_microseconds);
    const auto asleep = monotonic_nanoseconds();
    scheduling_->worked_until(asleep);
    thread_.sleep(microseconds);
    scheduling_->slept_until(monotonic_nanoseconds(), asleep + 1000 * microseconds);
}

// Of the worker's own work, such as no memory for it. It may be better in a moment; until then the rings run dry.
void Worker::report_failure(const char* why) noexcept {
    constexpr auto pause_after_failure = std::chrono::milliseconds(20);
    run_guarded(
        [&] {
            share_->report_trouble(fmt::format("worker {}: could not go on ({}); notes may be missing", index_, why));
        },
        [](const char*) {});
    std::this_thread::sleep_for(pause_after_failure);
}

std::future<std::exception_ptr> Worker::prepare(const ScriptReload& reload) {
    auto done = scripts_->prepare(reload);
    wake();
    return done;
}

}  // namespace forerun
