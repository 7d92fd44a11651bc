// The mixer's reports of underruns and ends: counters in SharedState, records in the report queue.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/mixer_side.h"
#include "shared/threads/single_writer.h"

namespace forerun {

// Belongs to the audio thread. Never waits: a record that does not fit into the queue is counted as lost.
class MixerLog {
public:
    explicit MixerLog(const MixerSide& state)
        : state_(&state),
          statistics_(&state.statistics()),
          reports_(state.reports()),
          logs_decisions_(state.header().logs_decisions != 0) {}

    // Fills in what the worker does at this moment.
    void observe(UnderrunRecord& record) noexcept {
        if (record.worker >= state_->header().workers) return;
        const WorkerLine& line = state_->worker(record.worker);
        // Relaxed: a snapshot for people; nothing is read on its strength.
        const auto activity = WorkerActivity::unpacked(line.activity.load(std::memory_order_relaxed));
        const auto since = line.activity_since_nanoseconds.load(std::memory_order_relaxed);
        record.activity = std::min(activity.activity, Activity::count);
        record.activity_serial = activity.serial;
        record.activity_nanoseconds = since == 0 ? 0 : std::max<std::int64_t>(0, monotonic_nanoseconds() - since);
    }

    // A voice is due, and its ring is not there.
    void awaited(UnderrunRecord& record) noexcept {
        observe(record);
        record.began_nanoseconds = block_nanoseconds_;
    }

    // A ring has run dry.
    void discovered(UnderrunRecord& record) noexcept {
        awaited(record);
        bump(statistics_->underrun_events);
    }

    // The underrun is over, its length and its cause known.
    void underrun(UnderrunRecord record, std::uint16_t generation) noexcept {
        find_unscheduled(record);
        if (record.late_start) {
            bump(statistics_->late_starts);
        } else {
            bump(statistics_->underrun_frames, static_cast<std::uint64_t>(record.frames_missing));
            if (record.activity < Activity::count)
                bump(statistics_->underrun_events_by_activity[static_cast<std::size_t>(record.activity)]);
        }
        MixerReport report;
        report.kind = MixerReportKind::underrun;
        report.slot = record.slot;
        report.generation = generation;
        report.frame = record.frame;
        report.underrun = record;
        push(report);
    }

    // A rewound timeline was taken: its E and the first frame mixed from it.
    void switched(std::uint16_t slot, std::uint16_t generation, std::uint64_t serial, std::int64_t seam_frame,
                  std::int64_t heard_frame, std::int64_t arrival_nanoseconds) noexcept {
        bump(statistics_->switches);
        statistics_->lateness_frames.add(static_cast<std::uint64_t>(heard_frame - seam_frame));
        answered(arrival_nanoseconds);
        if (heard_frame == seam_frame) return;
        bump(statistics_->late_switches);
        MixerReport report;
        report.kind = MixerReportKind::late_switch;
        report.slot = slot;
        report.generation = generation;
        report.frame = heard_frame;
        report.value = seam_frame;
        report.underrun.serial = serial;
        push(report);
    }

    // A live event takes effect in this block.
    void answered(std::int64_t arrival_nanoseconds) noexcept {
        if (arrival_nanoseconds == 0) return;
        const auto response = block_nanoseconds_ - arrival_nanoseconds;
        statistics_->answered_nanoseconds.add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, response)));
    }

    // When the present block began.
    void block_began(std::int64_t nanoseconds) noexcept { block_nanoseconds_ = nanoseconds; }

    // The conductor finds the same in released_generation_plus_one, so this one may be refused.
    void finished(std::uint16_t slot, std::uint16_t generation, std::int64_t frame) noexcept {
        MixerReport report;
        report.kind = MixerReportKind::finished;
        report.slot = slot;
        report.generation = generation;
        report.frame = frame;
        reports_.try_push(report);
    }

    // ---- For the session log: what a replay cannot know. Nothing is done when no log is kept.

    void taken(std::uint16_t slot, std::uint16_t generation, std::uint32_t timeline, std::int64_t heard_frame,
               std::int64_t block_frame, std::int64_t old_written_to) noexcept {
        if (!logs_decisions_) return;
        auto report = decision(MixerReportKind::taken, slot, generation, heard_frame, block_frame);
        report.timeline = timeline;
        report.old_written_to = old_written_to;
        push(report);
    }
    void ran_dry(std::uint16_t slot, std::uint16_t generation, std::int64_t block_frame,
                 std::int64_t written_to) noexcept {
        if (logs_decisions_) push(decision(MixerReportKind::dry, slot, generation, block_frame, written_to));
    }
    void commands_taken(std::int64_t count, std::int64_t block_frame) noexcept {
        if (!logs_decisions_ || count == 0) return;
        commands_taken_ += count;
        push(decision(MixerReportKind::commands, 0, 0, block_frame, commands_taken_));
    }
    void block_begins(std::int64_t frame, std::int64_t frames) noexcept {
        if (logs_decisions_ && frames != block_frames_) push(decision(MixerReportKind::block, 0, 0, frame, frames));
        block_frames_ = frames;
    }

private:
    static MixerReport decision(MixerReportKind kind, std::uint16_t slot, std::uint16_t generation, std::int64_t frame,
                                std::int64_t value) noexcept {
        MixerReport report;
        report.kind = kind;
        report.slot = slot;
        report.generation = generation;
        report.frame = frame;
        report.value = value;
        return report;
    }
    void push(const MixerReport& report) noexcept {
        if (!reports_.try_push(report)) bump(statistics_->reports_lost);
    }

    // The worker finds out only when it runs again that it was not run meanwhile: then that was the cause, whatever it had
    // been about to do.
    void find_unscheduled(UnderrunRecord& record) const noexcept {
        if (record.worker >= state_->header().workers) return;
        const WorkerLine& line = state_->worker(record.worker);
        // Acquire: pairs with the worker's release; what the stretch was is of the same one or a later one.
        const auto to = line.unscheduled_to_nanoseconds.load(std::memory_order_acquire);
        const auto underrun =
            static_cast<std::int64_t>(1e9 * static_cast<double>(record.frames_missing) / state_->header().rate_hz);
        if (to != 0 && to > monotonic_nanoseconds() - underrun - record.activity_nanoseconds)
            record.activity = line.unscheduled_is_sleep.load(std::memory_order_relaxed) != 0 ? Activity::woken_late
                                                                                             : Activity::not_scheduled;
    }

    std::int64_t block_nanoseconds_ = 0;
    const MixerSide* state_;
    MixerStatistics* statistics_;
    QueueWriter<MixerReport> reports_;
    bool logs_decisions_;
    std::int64_t commands_taken_ = 0;
    std::int64_t block_frames_ = 0;
};

}  // namespace forerun
