// Reports what a long operation waits for: after a second, and then at most once a second when that has changed.
#pragma once

#include <chrono>
#include <string>

#include "shared/script_runtime.h"

namespace forerun {

class WaitingReport {
public:
    static constexpr auto update_period = std::chrono::milliseconds(100);

    using Time = std::chrono::steady_clock::time_point;
    explicit WaitingReport(const ScriptRuntime::Waiting& waiting, Time now = std::chrono::steady_clock::now())
        : waiting_(waiting), reported_(now) {}

    // To be called about every update_period. text() makes the line.
    template <typename Text>
    void update(Text text, Time now = std::chrono::steady_clock::now()) {
        if (!waiting_ || now - reported_ < std::chrono::seconds(1)) return;
        reported_ = now;
        if (auto line = text(); line != line_) waiting_(line_ = std::move(line));
    }

private:
    const ScriptRuntime::Waiting& waiting_;
    Time reported_;
    std::string line_;
};

}  // namespace forerun
