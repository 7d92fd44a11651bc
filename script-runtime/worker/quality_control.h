// Lets each voice's quality follow its fill: a change is an event of the voice, which a replay repeats.
//
// Only one voice may rise per window of the worker's load: all at once would be an overload.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "script-runtime/worker/quality.h"
#include "script-runtime/worker/render_ahead.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/worked_voice.h"
#include "script-runtime/worker/worker_depth.h"
#include "shared/configuration.h"
#include "shared/threads/single_writer.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class QualityControl {
public:
    QualityControl(const Configuration& configuration, const WorkerSide& state, WorkerLine& line,
                   const RenderAhead& ahead, const WorkerDepth& depth, ReportSender& reports)
        : is_on_(configuration.quality_scaling && !configuration.offline),
          thresholds_(QualityThresholds::of(configuration, ahead.depth_frames)),
          state_(state),
          line_(line),
          ahead_(ahead),
          depth_(depth),
          reports_(reports) {}

    const QualityThresholds& thresholds() const { return thresholds_; }
    void window_begins(bool one_may_rise) { one_may_rise_ = one_may_rise; }

    // Before the voice is rendered.
    void follow(WorkedVoice& voice, std::int64_t clock) {
        if (!is_on_) return;
        const auto fill = voice.rendered_until() - clock;
        if (thresholds_.is_full(fill, voice.depth.frames)) voice.quality_times.exempt_until_frame = 0;
        if (depth_.is_live(voice, clock))
            voice.quality_times.exempt_until_frame = clock + quality_exempt_frames;  // on purpose
        // In an overload an exempt voice needs no more than its floor.
        const bool exempt = clock < voice.quality_times.exempt_until_frame;
        if (exempt && !depth_.overloaded()) return;
        const auto depth =
            exempt ? std::min(ahead_.floor_frames, depth_.wanted_fill(voice, clock)) : voice.depth.frames;
        const auto level =
            thresholds_.next(voice.quality, fill, depth, voice.position - voice.quality_times.changed_frame);
        if (exempt && level > voice.quality) return;
        if (level == voice.quality) return;
        if (level > voice.quality &&
            (clock < voice.quality_times.keep_low_until_frame || !std::exchange(one_may_rise_, false)))
            return;
        change(voice, level);
    }
    void change(WorkedVoice& voice, int level) {
        auto change = VoiceMessage::of(VoiceQuality{.level = static_cast<std::uint16_t>(level)});
        change.frame = voice.rendered_until();
        voice.add_event(change);
        voice.quality_times.changed_frame = voice.position;
        reports_.log_message(voice, voice.timeline.number, change);
        state_.worker_voice(voice.note.slot)
            .quality.store(static_cast<std::uint32_t>(level), std::memory_order_relaxed);
        bump(line_.quality_changes);
        reports_.report(voice, WorkerReportKind::quality, voice.rendered_until(), level);
    }

private:
    const bool is_on_;
    const QualityThresholds thresholds_;
    const WorkerSide& state_;
    WorkerLine& line_;
    const RenderAhead& ahead_;
    const WorkerDepth& depth_;
    ReportSender& reports_;
    bool one_may_rise_ = true;
};

}  // namespace forerun
