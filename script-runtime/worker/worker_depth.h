// How far each voice of a worker is rendered ahead at present.
//
// Depth needs spare time: a voice that was just rewound has its floor at once, and its depth as far as depth_limit.h allows.
// This counts each voice's rewinds and sets its depth. Where nothing is rewound, a voice that is played live can be kept
// shallow instead, by configuration, as systems without rewind do.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "script-runtime/worker/depth_limit.h"
#include "script-runtime/worker/overload_watch.h"
#include "script-runtime/worker/render_ahead.h"
#include "script-runtime/worker/worked_voice.h"
#include "shared/configuration.h"

namespace forerun {

// Belongs to the worker's thread. `clock` is an engine frame: what has been played.
class WorkerDepth {
public:
    WorkerDepth(const Configuration& configuration, const RenderAhead& ahead)
        : configuration_(configuration),
          ahead_(ahead),
          limit_(ahead.floor_frames, ahead.safe_frames, ahead.depth_frames, configuration.load_ceiling),
          overload_(configuration.load_ceiling) {}

    // ---- Of one voice

    // Rewinds per second, of the recent past.
    double rewind_rate(const WorkedVoice& voice, std::int64_t clock) const {
        const double since = static_cast<double>(clock - voice.depth.rewound_clock) / configuration_.rate_hz;
        return voice.depth.rewind_rate * std::exp(-since / rate_memory_seconds);
    }
    // The voice was taken back.
    void count_rewind(WorkedVoice& voice, std::int64_t clock) const {
        voice.depth.rewind_rate = rewind_rate(voice, clock) + 1 / rate_memory_seconds;
        voice.depth.rewound_clock = clock;
        voice.depth.frames = limit_.depth_for(voice.depth.rewind_rate);
    }
    // An event has come. The time counts from where it takes effect, or a deep ring would never drain.
    void count_live(WorkedVoice& voice, const VoiceMessage& message, std::int64_t clock) const {
        const auto& c = configuration_;
        if (!c.live_depth || c.rewind || c.offline) return;
        const bool is_played = message.kind != VoiceMessageKind::time && message.kind != VoiceMessageKind::reload;
        if (message.arrival_nanoseconds == 0 || !is_played) return;
        voice.depth.live_until_frame = std::max(message.frame, clock) + std::llround(live_seconds * c.rate_hz);
    }
    static bool is_live(const WorkedVoice& voice, std::int64_t clock) { return clock < voice.depth.live_until_frame; }
    // What is rendered while events wait will be rewound; without rewinding it makes the next event late.
    std::int64_t wanted_fill(const WorkedVoice& voice, std::int64_t clock) const {
        if (is_live(voice, clock))
            return std::min(ahead_.depth_frames, least_depth_frames(configuration_.block_frames));
        return voice.overdue.empty() ? voice.depth.frames : ahead_.floor_frames;
    }
    // Its fill when it is to be filled again. At least a quantum less than it wants: a visit that renders nothing would be
    // due again.
    std::int64_t refill_at(const WorkedVoice& voice, std::int64_t clock) const {
        const auto fill = wanted_fill(voice, clock);
        return fill - std::clamp(fill / 16, quantum_frames, ahead_.refill_frames);
    }

    // ---- Of all voices

    using Voices = std::vector<std::unique_ptr<WorkedVoice>>;

    // Gives every voice its depth anew, once per window of the load. cpu: what the worker's thread has taken in all, without
    // voices that yield. Returns how many voices have less than the full depth.
    std::uint64_t follow(const Voices& voices, std::int64_t clock, std::int64_t now_nanoseconds,
                         std::int64_t cpu_nanoseconds, double load) {
        double most = 0;
        for (const auto& voice : voices) most = std::max(most, rewind_rate(*voice, clock));
        limit_.follow(load, most);
        if (overload_.sinks(now_nanoseconds, cpu_nanoseconds, filled_part(voices, clock))) limit_.leap(most);
        std::uint64_t shallow = 0;
        for (const auto& voice : voices) {
            const auto rate = rewind_rate(*voice, clock);
            const auto depth = limit_.depth_for(rate);
            // In a leap: a small gain would be rendered before the next look.
            if (depth > 2 * voice->depth.frames)
                voice->quality_times.exempt_until_frame = clock + quality_exempt_frames;
            voice->depth.frames = depth;
            shallow += limit_.limits(rate) ? 1 : 0;
        }
        return shallow;
    }
    bool overloaded() const { return limit_.overloaded(); }
    // Of its depth, over all voices that are rendered with the others.
    static double filled_part(const Voices& voices, std::int64_t clock) {
        double fill = 0, depth = 0;
        for (const auto& voice : voices) {
            if (!voice->wants_more() || voice->cost.yields()) continue;
            fill += static_cast<double>(voice->rendered_until() - clock);
            depth += static_cast<double>(voice->depth.frames);
        }
        return depth == 0 ? 1 : fill / depth;
    }

private:
    static constexpr double rate_memory_seconds = 0.5;  // a rewind is forgotten in this time
    static constexpr double live_seconds = 2;  // without an event: then a voice that was played has its depth again

    const Configuration& configuration_;
    const RenderAhead& ahead_;
    DepthLimit limit_;
    OverloadWatch overload_;
};

}  // namespace forerun
