#include "script-runtime/worker/cost_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "script-runtime/host/instance.h"

namespace forerun {
namespace {

constexpr std::int64_t reported_start_nanoseconds = 20'000'000;
constexpr double kept_low_seconds = 5;

double milliseconds(double nanoseconds) { return 1e-6 * nanoseconds; }

}  // namespace

std::int64_t CostControl::cost_between(std::int64_t began, std::int64_t now) {
    if (!books_.is_noticeable(now - began)) return now - began;
    const auto cpu = scheduling_.cpu_since(began, now);
    scheduling_.worked_until(now);
    return cpu;
}

void CostControl::charge_quantum(WorkedVoice& voice, std::int64_t began, std::int64_t now) {
    if (configuration_.offline) return;
    const auto cost = cost_between(began, now);
    books_.add_quantum(voice, cost,
                       probe_.added_cost({voice.note.instrument, voice.rendered_until(), voice.quality, false}));
}

void CostControl::charge_start(WorkedVoice& voice, std::int64_t began, std::int64_t now) {
    if (configuration_.offline) return;
    books_.expect(voice);
    const auto cost = cost_between(began, now) +
                      probe_.added_cost({voice.note.instrument, voice.rendered_until(), voice.quality, true});
    books_.add_start(voice, cost);
    if (cost >= reported_start_nanoseconds)
        report_slow(voice,
                    fmt::format("{}: start takes {:.0f} ms; notes of \"{}\" begin late when the others need that "
                                "time. Prepare at the top of the file what does not depend on the note",
                                host_.place_of(*voice.instance, "start"), milliseconds(static_cast<double>(cost)),
                                rig_.instruments[voice.note.instrument].name));
}

bool CostControl::affords_rewind(const std::vector<std::unique_ptr<WorkedVoice>>& voices, const WorkedVoice& voice,
                                 std::int64_t clock) const {
    if (!VoiceCosts::may_delay_others(voice)) return true;
    return books_.others_bear_rewind(voice, books_.least_of_others(voices, voice), clock);
}

void CostControl::report_slow(const WorkedVoice& voice, const std::string& text) {
    if (!books_.is_first_report(voice.note.instrument, voice.instance->version)) return;
    reports_.report(voice, WorkerReportKind::slow, voice.rendered_until(), 0, text);
}

std::string CostControl::cost_text(const WorkedVoice& voice) const {
    const double cost = voice.cost.cost_nanoseconds();
    const bool in_release = 2.0 * static_cast<double>(voice.cost.release_nanoseconds()) > cost;
    const auto place = host_.place_of(*voice.instance, in_release ? "release" : "sound");
    return fmt::format("{}: {:.1f} ms of sound take {:.{}f} ms", place, milliseconds(books_.sound_nanoseconds()),
                       milliseconds(cost), cost < 1e7 ? 1 : 0);
}

bool CostControl::follow(WorkedVoice& voice, std::int64_t clock) {
    if (!voice.cost.owes() || voice.ended || configuration_.offline) [[likely]]
        return false;
    const auto fill = voice.rendered_until() - clock;
    if (fill < ahead_.publish_frames) voice.cost.ran_dry();
    if (voice.cost.is_notable() &&
        static_cast<double>(fill) < quality_.thresholds().down * static_cast<double>(ahead_.depth_frames))
        report_slow(voice,
                    fmt::format("{}, more than the share of \"{}\": it loses depth and then quality, and is stopped "
                                "if it cannot keep up",
                                cost_text(voice), rig_.instruments[voice.note.instrument].name));
    if (configuration_.quality_scaling && voice.quality > 0) {
        const bool is_low =
            static_cast<double>(fill) < quality_.thresholds().down * static_cast<double>(voice.depth.frames);
        if (!voice.cost.wants_less() || !is_low) return false;
        quality_.change(voice, voice.quality - 1);
        voice.quality_times.keep_low_until_frame = clock + std::llround(kept_low_seconds * configuration_.rate_hz);
        voice.cost.lowered();
        return false;
    }
    // A timeline that is published empty has no last sample to decay from.
    if (!voice.cost.is_hopeless() || voice.position <= voice.timeline.seam_frame) return false;
    output_.fail(
        voice, fmt::format("{}{}: too slow for real time, the note of \"{}\" is stopped. Make it cheaper, or render it "
                           "into a file (forerun render)",
                           cost_text(voice), configuration_.quality_scaling ? " at the least quality" : "",
                           rig_.instruments[voice.note.instrument].name));
    return true;
}

}  // namespace forerun
