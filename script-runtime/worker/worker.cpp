#include "script-runtime/worker/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <thread>
#include <utility>

#include "script-runtime/sandbox/script_thread_wall.h"
#include "script-runtime/sandbox/watchdog.h"
#include "shared/threads/flush_denormals.h"

namespace forerun {
namespace {

constexpr std::int64_t longest_sleep_microseconds = 10'000;
constexpr std::uint64_t garbage_slack_bytes = 1u << 20;
constexpr std::int64_t most_warming_nanoseconds = 20'000'000'000;  // of all instruments together

}  // namespace

Worker::Worker(std::uint32_t index, SharedState& state, const Configuration& configuration, const Rig& rig,
               const WorkerSetup& setup)
    : index_(index),
      state_(state),
      configuration_(configuration),
      rig_(rig),
      line_(state.worker(index)),
      replay_reach_frames_(setup.replay_reach_frames),
      probe_(setup.probes ? setup.probes->of(index) : nullptr),
      activity_(line_, probe_),
      messages_(state.worker_message_reader(index)),
      reports_(state, index),
      quality_(QualityThresholds::of(configuration, state.header().depth_frames)),
      ahead_(RenderAhead::of(configuration, state.header().depth_frames)),
      depth_(configuration, ahead_),
      costs_(configuration, ahead_, rig.instruments.size()),
      spare_ring_(static_cast<std::uint16_t>(2 * state.header().slots + index)),
      versions_(rig),
      told_fixed_(rig.instruments.size()) {}

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
        make_host(read);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) return thread_.warmed(std::move(thrown));
    const Watchdog::Guard guard(watchdog, *host_);
    try {
        const ThreadTime time;
        const auto give_up = time.nanoseconds() + most_warming_nanoseconds;
        for (std::size_t i = 0; i < rig_.instruments.size(); ++i) {
            warming_instrument_.store(static_cast<std::int32_t>(i), std::memory_order_relaxed);
            const auto left = std::max<std::int64_t>(0, give_up - time.nanoseconds());
            if (!host_->warm(static_cast<std::uint16_t>(i), std::min<std::uint32_t>(rig_.instruments[i].polyphony, 8),
                             std::min(left, LuaHost::most_warming_nanoseconds)) &&
                left >= LuaHost::most_warming_nanoseconds)
                costs_.expect_slow(i);
        }
        warming_instrument_.store(-1, std::memory_order_relaxed);
        host_->collect_all();
        bytes_after_cycle_ = host_->lua_bytes();
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) return thread_.warmed(std::move(thrown));
    scheduling_ = std::make_unique<SchedulingWatch>(line_, activity_);
    reads.reset();  // a reload brings its texts along
    thread_.warmed(nullptr);
    while (!thread_.stopping())
        run_guarded(
            [this] {
                if (!step()) sleep();
            },
            [this](const char* why) { tell_failure(why); });
}

// Of the worker's own work, such as no memory for it. It may be better in a moment; until then the rings run dry.
void Worker::tell_failure(const char* why) noexcept {
    constexpr auto pause_after_failure = std::chrono::milliseconds(20);
    run_guarded(
        [&] {
            reports_.try_report_trouble(
                fmt::format("worker {}: could not go on ({}); notes may be missing", index_, why));
        },
        [](const char*) {});
    std::this_thread::sleep_for(pause_after_failure);
}

void Worker::make_host(const ReadScript& read) {
    auto options = LuaHostOptions::of(configuration_);
    options.reach_frames = reach_frames(configuration_);
    options.read = read;
    if (probe_) options.on_compiler = [this](CompilerEvent event) { activity_.compiler_changes(event); };
    host_ = std::make_unique<LuaHost>(options);
    probe_calls_.emplace(probe_, state_.clock(), thread_, activity_, *host_);
    player_ = std::make_unique<VoicePlayer>(*host_, versions_, rig_, configuration_, reports_);
    for (std::size_t i = 0; i < rig_.instruments.size(); ++i)
        host_->load_instrument(static_cast<std::uint16_t>(i), rig_.instruments[i]);
}

bool Worker::step() {
    probe_calls_->step_begins();
    scheduling_->worked_until(now_ = monotonic_nanoseconds());
    reports_.flush();
    bool is_news = take_messages();
    const auto clock = state_.clock().frame();
    // Acquire: pairs with the conductor's release, so every event before the horizon is in our queue. The queue was read
    // before; what the new horizon promises is taken in before it is believed.
    const auto horizon = state_.header().horizon_frame.load(std::memory_order_acquire);
    is_news |= take_messages();
    const auto limit = std::min(clock + ahead_.depth_frames, horizon);
    is_news |= follow_load(clock);
    if (is_news || clock != looked_clock_ || limit != looked_limit_) look(clock, limit);
    return take_turn(clock, limit) || prepare_step() || collect(true) || host_->refill_pools();
}

bool Worker::take_messages() {
    bool is_news = false;
    VoiceMessage message;
    while (messages_.try_pop(message)) {
        is_news = true;
        if (message.kind == VoiceMessageKind::start) {
            auto voice = std::make_unique<WorkedVoice>();
            voice->note = message;
            voice->start_frame = message.frame;
            voice->depth_frames = ahead_.depth_frames;
            voice->channels = versions_.at(message.instrument, message.index).description.channels;
            if (replay_reach_frames_) voice->hold_frame = 0;  // until it is told what to do
            depth_.count_live(*voice, message, state_.clock().frame());
            voices_.push_back(std::move(voice));
            line_.voices.store(voices_.size(), std::memory_order_relaxed);
            continue;
        }
        const auto found = std::find_if(voices_.begin(), voices_.end(), [&](const auto& v) {
            return v->note.slot == message.slot && v->note.generation == message.generation;
        });
        if (found == voices_.end()) {  // the voice has ended: nothing is left to react
            count_gone(message);
            continue;
        }
        if (replay_reach_frames_ && take_told(**found, message)) continue;
        if (message.kind == VoiceMessageKind::stop)
            take_stop(**found, message.frame);
        else
            take_event(**found, message);
    }
    return is_news;
}

// The mixer fades from the block on before which it learns of a stop, so a fade's length behind that must be there.
void Worker::take_stop(WorkedVoice& voice, std::int64_t frame) {
    const auto known = configuration_.offline ? frame : std::max(frame, state_.clock().frame() + ahead_.publish_frames);
    voice.stop_frame = std::max<std::int64_t>(0, frame - voice.start_frame) + stop_fade_frames;
    voice.last_frame = std::max<std::int64_t>(0, known - voice.start_frame) + stop_fade_frames;
    // One that is slow to begin may have enough already.
    if (voice.begun && !voice.published && !voice.wants_more()) publish(voice);
}

void Worker::release_finished() {
    std::erase_if(voices_, [this](const std::unique_ptr<WorkedVoice>& voice) {
        const auto generation = std::uint32_t{voice->note.generation} + 1;
        // Acquire: pairs with the mixer's release after its last read of the rings.
        if (state_.mixer_voice(voice->note.slot).released_generation_plus_one.load(std::memory_order_acquire) !=
            generation)
            return false;
        count_unheard(*voice);
        player_->let_go(*voice);
        voice->checkpoints.drop_all(checkpoint_pool_);
        auto& line = state_.worker_voice(voice->note.slot);
        if (voice->begun) {
            line.rings_plus_one[0].store(voice->ring + 1u, std::memory_order_relaxed);
            line.rings_plus_one[1].store(voice->other_ring + 1u, std::memory_order_relaxed);
        }
        reports_.report(*voice, WorkerReportKind::released, voice->rendered_until(), 0);
        // Release: pairs with the conductor's acquire; nothing of this generation is written after it.
        state_.worker_voice(voice->note.slot).released_generation_plus_one.store(generation, std::memory_order_release);
        return true;
    });
    line_.voices.store(voices_.size(), std::memory_order_relaxed);
}

std::future<std::exception_ptr> Worker::prepare(const ScriptReload& reload) {
    auto done = preparation_.prepare(reload);
    wake();
    return done;
}

bool Worker::may_prepare(bool all_deep) const {
    return preparation_.may_step(now_, all_deep,
                                 1e9 * static_cast<double>(ahead_.depth_frames) / configuration_.rate_hz);
}

bool Worker::prepare_step() {
    if (!preparation_.has_work()) return false;
    activity_.changes(Activity::warming);
    preparation_.step(*host_, versions_);
    activity_.changes(Activity::idle);
    return true;
}

// Garbage is collected while nothing needs rendering; when there is too much of it, a step at a time in between.
bool Worker::collect(bool rings_are_full) {
    const auto bytes = host_->lua_bytes();
    line_.lua_bytes.store(bytes, std::memory_order_relaxed);
    if (!collecting_ && bytes < bytes_after_cycle_ + bytes_after_cycle_ / 4 + garbage_slack_bytes) return false;
    if (!rings_are_full && bytes < 2 * bytes_after_cycle_ + 8 * garbage_slack_bytes) return false;
    activity_.changes(Activity::collecting);
    const auto began = monotonic_nanoseconds();
    collecting_ = !host_->collect_step();
    if (!collecting_) bytes_after_cycle_ = host_->lua_bytes();
    const auto took = monotonic_nanoseconds() - began;
    line_.garbage_step_nanoseconds.add(static_cast<std::uint64_t>(took));
    bump(line_.garbage_nanoseconds, took);
    activity_.changes(Activity::idle);
    return true;
}

// Until the next ring is due; the conductor wakes us for events and a new horizon.
void Worker::sleep() {
    bump(line_.sleeps);
    const auto clock = state_.clock().frame();
    auto microseconds = longest_sleep_microseconds;
    const double since_block = 1e-3 * static_cast<double>(monotonic_nanoseconds() - state_.clock().read().nanoseconds);
    for (const auto& voice : voices_) {
        if (!voice->overdue.empty() || voice->told)
            microseconds = 0;  // it waits for an acknowledgement: a block or two
        if (!voice->wants_more()) continue;
        const bool live = depth_.is_live(*voice, clock);
        const auto due = voice->rendered_until() - depth_.refill_at(*voice, clock) - clock;
        const double after = static_cast<double>(due) * 1e6 / configuration_.rate_hz;
        // To the least depth a part of a block matters.
        microseconds = std::min(microseconds, static_cast<std::int64_t>(live ? after - since_block : after));
    }
    microseconds = std::max<std::int64_t>(microseconds, 200);
    const auto asleep = monotonic_nanoseconds();
    scheduling_->worked_until(asleep);
    thread_.sleep(microseconds);
    scheduling_->slept_until(monotonic_nanoseconds(), asleep + 1000 * microseconds);
    looked_clock_ = -1;  // what was found before is old
}

}  // namespace forerun
