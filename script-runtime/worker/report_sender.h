// Sends a worker's reports to the conductor: that a voice has started, failed, was skipped or released, and, where a session
// log is written, every decision that a replay needs.
//
//   report(voice, kind, …) ──> waiting, in order ──flush()──> the worker's report queue ──> conductor
//
// When the queue is full, reports wait here and go out at a later step; a reader that sees `reports_waiting` at 0 has
// everything reported before in the queue. For the log, a report is sent before the frames that depend on it are published.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "script-runtime/host/voice_report.h"
#include "script-runtime/worker/worked_voice.h"
#include "shared/messages/report.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class ReportSender {
public:
    explicit ReportSender(const WorkerSide& state)
        : queue_(state.reports()), line_(state.line()), logs_decisions_(state.header().logs_decisions != 0) {}

    void report(const WorkedVoice& voice, WorkerReportKind kind, std::int64_t frame, std::int64_t value,
                const std::string& text = {}) {
        auto report = of(voice, kind, frame, text);
        report.value = value;
        send(report);
    }

    // For the session log; nothing is sent where none is written.
    void log_message(const WorkedVoice& voice, std::uint32_t timeline, const VoiceMessage& message) {
        if (!logs_decisions_) return;
        auto report = of(voice, WorkerReportKind::message);
        report.timeline = timeline;
        report.message = message;
        send(report);
    }
    void log_timeline(const WorkedVoice& voice, WorkerReportKind kind, std::uint32_t timeline, std::int64_t seam) {
        if (!logs_decisions_) return;
        auto report = of(voice, kind, voice.start_frame + seam);
        report.timeline = timeline;
        send(report);
    }

    // About the worker itself. Allocates nothing: lost when the queue is full.
    void try_report_trouble(const std::string& text) {
        WorkerReport report;
        report.kind = WorkerReportKind::troubled;
        text.copy(report.text, sizeof report.text - 1);
        queue_.try_push(report);
    }

    void flush() {
        std::size_t sent = 0;
        while (sent < waiting_.size() && queue_.try_push(waiting_[sent])) ++sent;
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(sent));
        // Release: a reader that sees 0 finds what was reported before in the queue.
        line_.reports_waiting.store(waiting_.size(), std::memory_order_release);
    }

private:
    static WorkerReport of(const WorkedVoice& voice, WorkerReportKind kind, std::int64_t frame = 0,
                           const std::string& text = {}) {
        auto report = voice_report(voice, kind, frame, text);
        report.timeline = voice.timeline.number;
        return report;
    }
    void send(const WorkerReport& report) {
        waiting_.push_back(report);
        flush();
    }

    QueueWriter<WorkerReport> queue_;
    std::vector<WorkerReport> waiting_;
    WorkerLine& line_;
    const bool logs_decisions_;
};

}  // namespace forerun
