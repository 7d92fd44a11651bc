// Depth is bought with spare time: a voice that was just taken back has its floor at once, and its depth as long as the
// worker has time for it. How much that is, depth_limit.h says.
#include <algorithm>
#include <cmath>

#include "script-runtime/worker/worker.h"

namespace forerun {
namespace {

constexpr std::int64_t load_window_nanoseconds = 20'000'000;
constexpr double rate_memory_seconds = 0.5;  // a rewind is forgotten in this time
constexpr double load_smoothing = 0.04;      // of each window: half a second
constexpr double live_seconds = 2;           // without an event: then a voice that was played has its depth again

}  // namespace

double Worker::rewind_rate(const WorkedVoice& voice, std::int64_t clock) const {
    const double since = static_cast<double>(clock - voice.rewound_clock) / configuration_.rate_hz;
    return voice.rewind_rate * std::exp(-since / rate_memory_seconds);
}

// The voice was taken back.
void Worker::count_rewind(WorkedVoice& voice, std::int64_t clock) {
    voice.rewind_rate = rewind_rate(voice, clock) + 1 / rate_memory_seconds;
    voice.rewound_clock = clock;
    voice.depth_frames = depth_limit_.depth_for(voice.rewind_rate);
}

void Worker::look_for_floor(WorkedVoice& voice, std::int64_t clock) {
    if (voice.floor_from_nanoseconds == 0 || voice.rendered_until() < clock + floor_frames_) return;
    line_.floor_nanoseconds.add(static_cast<std::uint64_t>(now_ - voice.floor_from_nanoseconds));
    voice.floor_from_nanoseconds = 0;
}

// What is rendered while events wait will be taken back, and where nothing is taken back it makes the next event late.
std::int64_t Worker::wanted_fill(const WorkedVoice& voice, std::int64_t clock) const {
    if (is_live(voice, clock)) return std::min(depth_frames_, least_depth_frames(configuration_.block_frames));
    return voice.overdue.empty() ? voice.depth_frames : floor_frames_;
}

// What systems that cannot rewind do with a track that is played: its ring runs down to the least, and nothing in it is
// taken back. The time counts from where the event is heard, or a deep ring would never run down.
void Worker::count_live(WorkedVoice& voice, const VoiceMessage& message) {
    if (!configuration_.live_depth || configuration_.rewind || configuration_.offline || configuration_.replays) return;
    const bool is_played = message.kind != VoiceMessageKind::time && message.kind != VoiceMessageKind::reload;
    if (message.arrival_nanoseconds == 0 || !is_played) return;
    const auto heard = std::max(message.frame, state_.clock().frame());
    voice.live_until_frame = heard + std::llround(live_seconds * configuration_.rate_hz);
}

double Worker::filled_part(std::int64_t clock) const {
    double fill = 0, depth = 0;
    for (const auto& voice : voices_) {
        if (!voice->wants_more() || voice->cost.yields()) continue;
        fill += static_cast<double>(voice->rendered_until() - clock);
        depth += static_cast<double>(voice->depth_frames);
    }
    return depth == 0 ? 1 : fill / depth;
}

bool Worker::follow_load(std::int64_t clock) {
    const auto busy = line_.busy_nanoseconds.load(std::memory_order_relaxed);
    const auto time = now_ - load_since_nanoseconds_;
    if (time < load_window_nanoseconds) return false;
    // Smoothed: what follows a stall is work put off, no overload, and to give depth away then would be the wrong answer.
    // What yields has the time that is left, which is no load to the others.
    const auto smooth = [&](double& load, std::int64_t busy_now, std::int64_t& busy_before) {
        const double newest = static_cast<double>(busy_now - busy_before) / static_cast<double>(time);
        load += load_smoothing * (newest - load);
        busy_before = busy_now;
    };
    const auto yielded = yielded_nanoseconds_;
    smooth(load_, busy - yielded, load_busy_nanoseconds_);
    smooth(whole_load_, busy, load_whole_busy_nanoseconds_);
    load_since_nanoseconds_ = now_;
    find_share();

    double most = 0;
    for (const auto& voice : voices_) most = std::max(most, rewind_rate(*voice, clock));
    depth_limit_.follow(load_, most);
    if (overload_.sinks(now_, line_.cpu_nanoseconds.load(std::memory_order_relaxed) - yielded, filled_part(clock)))
        depth_limit_.leap(most);
    one_may_rise_ = load_ < configuration_.load_ceiling;
    std::uint64_t shallow = 0;
    for (const auto& voice : voices_) {
        const auto r = rewind_rate(*voice, clock);
        const auto depth = depth_limit_.depth_for(r);
        // In a leap: what a full ring gains little by little it renders before the next look.
        if (depth > 2 * voice->depth_frames) voice->exempt_until_frame = clock + quality_exempt_frames;
        voice->depth_frames = depth;
        shallow += depth_limit_.limits(r) ? 1 : 0;
    }
    line_.load_thousandths.store(static_cast<std::uint64_t>(1000 * whole_load_), std::memory_order_relaxed);
    line_.shallow_voices.store(shallow, std::memory_order_relaxed);
    if (shallow > line_.most_shallow_voices.load(std::memory_order_relaxed))
        line_.most_shallow_voices.store(shallow, std::memory_order_relaxed);
    return true;
}

}  // namespace forerun
