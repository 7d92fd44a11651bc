// Says what is waited for when it takes longer than a second, and again at most every second when that has changed.
#pragma once

#include <chrono>
#include <string>

#include "shared/script_runtime.h"

namespace forerun {

class WaitingTeller {
public:
    static constexpr auto look_period = std::chrono::milliseconds(100);

    using Time = std::chrono::steady_clock::time_point;
    explicit WaitingTeller(const ScriptRuntime::Waiting& waiting, Time now = std::chrono::steady_clock::now())
        : waiting_(waiting), told_(now) {}

    // Often. text() makes the line.
    template <typename Text>
    void look(Text text, Time now = std::chrono::steady_clock::now()) {
        if (!waiting_ || now - told_ < std::chrono::seconds(1)) return;
        told_ = now;
        if (auto line = text(); line != line_) waiting_(line_ = std::move(line));
    }

private:
    const ScriptRuntime::Waiting& waiting_;
    Time told_;
    std::string line_;
};

}  // namespace forerun
