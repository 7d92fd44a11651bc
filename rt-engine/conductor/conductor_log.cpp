// What the conductor writes into the session log: its own orders, and what workers and mixer report of time's doing.
#include <algorithm>
#include <array>

#include "rt-engine/conductor/conductor.h"

namespace forerun {

void Conductor::post(const MixerCommand& command) {
    mixer_.post(command);
    if (!log_) return;
    LogRecord record;
    record.kind = LogKind::command;
    record.value = clock_;
    log_->push(record.with(command));
}

void Conductor::log_event(const Event& event) {
    if (live_events_ && event.arrival_nanoseconds != 0) live_events_->enqueue(event);
    if (!log_) return;
    LogRecord record;
    record.kind = LogKind::event;
    record.frame = event.frame;
    record.value = clock_;
    log_->push(record.with(event));
}

void Conductor::log_start(const VoiceMessage& start, std::uint32_t worker) {
    if (!log_) return;
    LogRecord record;
    record.kind = LogKind::start;
    record.slot = start.slot;
    record.generation = start.generation;
    record.instrument = start.instrument;
    record.worker = worker;
    record.value = clock_;
    log_->push(record.with(start));

    const auto& values = parameter_values_[start.instrument];
    record.kind = LogKind::parameters;
    for (std::size_t first = 0; first < values.size(); first += log_parameters) {
        std::array<float, log_parameters> some{};
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(first),
                    std::min(log_parameters, values.size() - first), some.begin());
        record.value = static_cast<std::int64_t>(first);
        log_->push(record.with(some));
    }
}

void Conductor::log_report(const MixerReport& report) {
    if (!log_) return;
    LogRecord record;
    switch (report.kind) {
    case MixerReportKind::taken: record.kind = LogKind::taken; break;
    case MixerReportKind::dry: record.kind = LogKind::dry; break;
    case MixerReportKind::commands: record.kind = LogKind::commands; break;
    case MixerReportKind::block: record.kind = LogKind::block; break;
    default: return;
    }
    record.slot = report.slot;
    record.generation = report.generation;
    record.timeline = report.timeline;
    record.frame = report.frame;
    record.value = report.value;
    log_->push(record.with(report.old_written_to));
}

void Conductor::log_report(const WorkerReport& report) {
    if (!log_) return;
    LogRecord record;
    record.value = report.value;
    switch (report.kind) {
    case WorkerReportKind::started: record.kind = LogKind::started; break;
    case WorkerReportKind::message: record.kind = LogKind::message; break;
    case WorkerReportKind::timeline: record.kind = LogKind::timeline; break;
    case WorkerReportKind::skipped:
        record.kind = LogKind::skip;
        record.value = report.frame - report.value;
        break;
    case WorkerReportKind::withdrawn: record.kind = LogKind::withdrawn; break;
    case WorkerReportKind::error: record.kind = LogKind::failed; break;
    default: return;
    }
    record.slot = report.slot;
    record.generation = report.generation;
    record.instrument = report.instrument;
    record.timeline = static_cast<std::uint32_t>(report.timeline);
    record.frame = report.frame;
    log_->push(record.with(report.message));
}

bool Conductor::all_reported() const {
    if (!log_) return false;
    for (std::uint32_t w = 0; w < workers_.size(); ++w)
        // Acquire: pairs with Worker::flush_reports. What is not in the queue now was decided after the clock was read.
        if (state_.worker(w).reports_waiting.load(std::memory_order_acquire) != 0) return false;
    return true;
}

void Conductor::mark_log() {
    if (!log_is_complete_) return;
    LogRecord record;
    if (state_.header().mixer.lost_reports.load(std::memory_order_relaxed) != 0) {
        log_is_complete_ = false;
        record.kind = LogKind::lost;
        log_->push(record);
        return;
    }
    if (clock_ == logged_until_) return;
    logged_until_ = record.frame = clock_;
    log_->push(record);
}

void Conductor::end(std::int64_t clock) {
    clock_ = clock;
    collect_reports();
    if (!log_) return;
    if (logged_until_ != clock) return;  // it stays a log that was cut
    LogRecord record;
    record.kind = LogKind::end;
    record.frame = clock;
    log_->push(record);
}

}  // namespace forerun
