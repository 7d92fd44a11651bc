// What follows when a voice costs more than its share of a worker's time (cost_watch.h, voice_costs.h).
//
// A voice that yields is rendered a quantum at a time, while the others have enough to outlast it. So it loses depth, and
// then quality, before they lose anything, and when that is not enough it is stopped as one whose script failed: its end is a
// logged decision, which a replay repeats. Offline there is no real time to keep up with.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "script-runtime/worker/worker.h"

namespace forerun {
namespace {

constexpr std::int64_t told_start_nanoseconds = 20'000'000;
constexpr double kept_low_seconds = 5;

double milliseconds(double nanoseconds) { return 1e-6 * nanoseconds; }

}  // namespace

std::int64_t Worker::cost_between(std::int64_t began, std::int64_t now) {
    if (!costs_.is_noticeable(now - began)) return now - began;
    const auto cpu = scheduling_->cpu_since(began, now);
    scheduling_->worked_until(now);
    return cpu;
}

void Worker::charge_quantum(WorkedVoice& voice, std::int64_t began, std::int64_t now) {
    if (configuration_.offline) return;
    const auto cost = cost_between(began, now);
    costs_.add_quantum(voice, cost,
                       probe_calls_->added_cost({voice.note.instrument, voice.rendered_until(), voice.quality, false}));
}

void Worker::charge_start(WorkedVoice& voice, std::int64_t began) {
    if (configuration_.offline) return;
    costs_.expect(voice);
    const auto cost = cost_between(began, monotonic_nanoseconds()) +
                      probe_calls_->added_cost({voice.note.instrument, voice.rendered_until(), voice.quality, true});
    costs_.add_start(voice, cost);
    if (cost >= told_start_nanoseconds)
        tell_slow(voice, fmt::format("{}: start takes {:.0f} ms; notes of \"{}\" begin late when the others need that "
                                     "time. Prepare at the top of the file what does not depend on the note",
                                     host_->place_of(*voice.instance, "start"), milliseconds(static_cast<double>(cost)),
                                     rig_.instruments[voice.note.instrument].name));
}

bool Worker::affords_rewind(const WorkedVoice& voice, std::int64_t clock) const {
    if (!VoiceCosts::may_delay_others(voice)) return true;
    return costs_.others_bear_rewind(voice, costs_.least_of_others(voices_, voice), clock);
}

void Worker::tell_slow(const WorkedVoice& voice, const std::string& text) {
    if (!costs_.is_new_to_tell(voice.note.instrument, player_->version_of(voice).description.version)) return;
    reports_.report(voice, WorkerReportKind::slow, voice.rendered_until(), 0, text);
}

std::string Worker::cost_text(const WorkedVoice& voice) const {
    const double cost = voice.cost.cost_nanoseconds();
    const bool in_release = 2.0 * static_cast<double>(voice.release_nanoseconds) > cost;
    const auto place = host_->place_of(*voice.instance, in_release ? "release" : "sound");
    return fmt::format("{}: {:.1f} ms of sound take {:.{}f} ms", place, milliseconds(costs_.sound_nanoseconds()),
                       milliseconds(cost), cost < 1e7 ? 1 : 0);
}

bool Worker::follow_cost(WorkedVoice& voice, std::int64_t clock) {
    if (!voice.cost.owes() || voice.ended || configuration_.offline) [[likely]]
        return false;
    const auto fill = voice.rendered_until() - clock;
    if (fill < ahead_.publish_frames) voice.cost.ran_dry();
    if (voice.cost.is_notable() && static_cast<double>(fill) < quality_.down * static_cast<double>(ahead_.depth_frames))
        tell_slow(voice,
                  fmt::format("{}, more than the share of \"{}\": it loses depth and then quality, and is stopped "
                              "if it cannot keep up",
                              cost_text(voice), rig_.instruments[voice.note.instrument].name));
    if (configuration_.quality_scaling && voice.quality > 0) {
        const bool is_low = static_cast<double>(fill) < quality_.down * static_cast<double>(voice.depth_frames);
        if (!voice.cost.wants_less() || !is_low) return false;
        change_quality(voice, voice.quality - 1);
        voice.keep_low_until_frame = clock + std::llround(kept_low_seconds * configuration_.rate_hz);
        voice.cost.lowered();
        return false;
    }
    // A timeline that is published empty has no last sample to decay from.
    if (!voice.cost.is_hopeless() || voice.position <= voice.seam_frame) return false;
    fail(voice,
         fmt::format("{}{}: too slow for real time, the note of \"{}\" is stopped. Make it cheaper, or render it "
                     "into a file (forerun render)",
                     cost_text(voice), configuration_.quality_scaling ? " at the least quality" : "",
                     rig_.instruments[voice.note.instrument].name));
    return true;
}

}  // namespace forerun
