// Background load during a measurement: stress-ng where it is installed, for "cpu N" else threads that spin.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "shared/threads/guarded_thread.h"
#include "tools/process/child_process.h"

namespace forerun::measure {

class Stressor {
public:
    // "none", or KIND N with KIND one of cpu, vm, io. Throws BadInput: not known, or stress-ng is missing for it.
    explicit Stressor(const std::string& text);
    ~Stressor();
    Stressor(const Stressor&) = delete;
    Stressor& operator=(const Stressor&) = delete;

    std::string made_by() const;  // "stress-ng", "spinning threads", or empty

private:
    std::unique_ptr<ChildProcess> program_;
    std::atomic<bool> ends_{false};
    std::vector<GuardedThread> threads_;
};

}  // namespace forerun::measure
