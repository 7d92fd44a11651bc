// Injects faults into a worker, each at its times, to check that the measurement detects them.
//
// Times follow the engine's clock, so the number of faults follows from the frames played, however fast that was.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "shared/threads/single_writer.h"
#include "shared/worker_probe.h"
#include "tools/measure/plan/fault.h"

namespace forerun::measure {

// False: it comes from outside (fault_player.h).
bool is_of_workers(FaultKind kind);

class InjectedFaults {
public:
    // Those of workers; the others are left out.
    InjectedFaults(const std::vector<Fault>& faults, double rate_hz);

    bool empty() const { return all_.empty(); }
    bool has(FaultKind kind) const;
    // How often this kind was put in; counted when it begins. [any thread]
    std::uint64_t times(FaultKind kind) const;

    // What is due by the engine's clock happens now, one of each kind. [the worker's thread]
    void step(ProbedWorker& worker);

private:
    static constexpr double not_lost = std::numeric_limits<double>::infinity();

    struct OneFault {
        explicit OneFault(const Fault& f) : fault(f) {}
        const Fault fault;
        Counter times;
    };
    void inject(const Fault& fault, double clock_seconds, ProbedWorker& worker);
    void lose_priority(double until_seconds);
    void give_priority_back();

    const double rate_hz_;
    std::deque<OneFault> all_;
    double priority_back_seconds_ = not_lost;
    int policy_ = 0, priority_ = 0;  // that were lost
};

}  // namespace forerun::measure
