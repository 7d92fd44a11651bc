#include "rt-engine/session/logged_conducting.h"

#include <algorithm>
#include <array>

namespace forerun {
namespace {

void write(SessionLog& log, const MixerReport& report) {
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
    log.push(record.with(report.old_written_to));
}

void write(SessionLog& log, const WorkerReport& report) {
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
    log.push(record.with(report.message));
}

// Writes down what goes to another listener.
class LoggingListener final : public ReportListener {
public:
    LoggingListener(SessionLog& log, ReportListener& next) : log_(log), next_(next) {}
    void handle(const MixerReport& report) override {
        write(log_, report);
        next_.handle(report);
    }
    void handle(const WorkerReport& report) override {
        write(log_, report);
        next_.handle(report);
    }

private:
    SessionLog& log_;
    ReportListener& next_;
};

}  // namespace

void LoggedOutputs::command(const MixerCommand& command) {
    Outputs::command(command);
    LogRecord record;
    record.kind = LogKind::command;
    record.value = clock();
    log_.push(record.with(command));
}

void LoggedOutputs::handled(const Event& event) {
    LogRecord record;
    record.kind = LogKind::event;
    record.frame = event.frame;
    record.value = clock();
    log_.push(record.with(event));
}

void LoggedOutputs::start(std::uint32_t worker, const VoiceMessage& message, std::span<const float> parameters) {
    Outputs::start(worker, message, parameters);
    LogRecord record;
    record.kind = LogKind::start;
    record.slot = message.slot;
    record.generation = message.generation;
    record.instrument = message.instrument;
    record.worker = worker;
    record.value = clock();
    log_.push(record.with(message));

    record.kind = LogKind::parameters;
    for (std::size_t first = 0; first < parameters.size(); first += log_parameters) {
        std::array<float, log_parameters> some{};
        std::ranges::copy(parameters.subspan(first, std::min(log_parameters, parameters.size() - first)), some.begin());
        record.value = static_cast<std::int64_t>(first);
        log_.push(record.with(some));
    }
}

void LoggedReports::take(std::int64_t clock, ReportListener& listener) {
    const bool complete = all_reported();
    LoggingListener logging(log_, listener);
    Reports::take(clock, logging);
    if (complete) mark(clock);
}

bool LoggedReports::all_reported() const {
    for (std::uint32_t w = 0; w < state_.header().workers; ++w)
        // Acquire: pairs with ReportSender::flush. What is not in the queue now was decided after the clock was read.
        if (state_.worker(w).reports_waiting.load(std::memory_order_acquire) != 0) return false;
    return true;
}

void LoggedReports::mark(std::int64_t clock) {
    if (!is_complete_) return;
    LogRecord record;
    if (state_.header().mixer.reports_lost.load(std::memory_order_relaxed) != 0) {
        is_complete_ = false;
        record.kind = LogKind::lost;
        log_.push(record);
        return;
    }
    if (clock == logged_until_) return;
    logged_until_ = record.frame = clock;
    log_.push(record);
}

void LoggedReports::end(std::int64_t clock) {
    if (logged_until_ != clock) return;
    LogRecord record;
    record.kind = LogKind::end;
    record.frame = clock;
    log_.push(record);
}

}  // namespace forerun
