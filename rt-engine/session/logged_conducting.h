// The conductor's outputs and reports, decorated so that they are written to the session log: its decisions, and reports of
// decisions that depend on timing. The conductor does not know about the log.
#pragma once

#include <cstdint>

#include "rt-engine/conductor/outputs.h"
#include "rt-engine/conductor/reports.h"
#include "rt-engine/session/session_log.h"

namespace forerun {

// [conductor] The log outlives both.
class LoggedOutputs final : public Outputs {
public:
    LoggedOutputs(SharedState& state, Wake wake_worker, SessionLog& log)
        : Outputs(state, std::move(wake_worker)), log_(log) {}

    void command(const MixerCommand& command) override;
    void start(std::uint32_t worker, const VoiceMessage& message, std::span<const float> parameters) override;
    void handled(const Event& event) override;

private:
    SessionLog& log_;
};

class LoggedReports final : public Reports {
public:
    LoggedReports(SharedState& state, SessionLog& log) : Reports(state), state_(state), log_(log) {}

    // Marks how far the log is complete, too: as far as all workers had reported what they decided before the clock was read.
    void take(std::int64_t clock, ReportListener& listener) override;
    // A log that is not complete until here stays one that was cut.
    void end(std::int64_t clock) override;

private:
    bool all_reported() const;
    void mark(std::int64_t clock);

    SharedState& state_;
    SessionLog& log_;
    std::int64_t logged_until_ = 0;
    bool is_complete_ = true;
};

}  // namespace forerun
