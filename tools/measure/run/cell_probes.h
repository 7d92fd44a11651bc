// A cell's probes in the workers of its engine: injected faults, and the activity trace that detects them.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "shared/worker_probe.h"
#include "tools/measure/record/activity_trace.h"
#include "tools/measure/run/injected_faults.h"

namespace forerun::measure {

class CellProbe : public WorkerProbe {
public:
    CellProbe(const std::vector<Fault>& faults, double rate_hz, ActivityTrace* trace)
        : faults_(faults, rate_hz), trace_(trace) {}

    bool changes_priority() const override { return faults_.has(FaultKind::priority_loss); }
    void step_begins(ProbedWorker& worker) override { faults_.step(worker); }
    void activity_changes(std::int64_t now, WorkerActivity next) override {
        if (trace_) trace_->changes(now, next);
    }
    void activity_found(std::int64_t from, std::int64_t to, Activity activity) override {
        if (trace_) trace_->found(from, to, activity);
    }
    void compiler_worked(std::int64_t from, std::int64_t to, bool compiled) override {
        if (trace_) trace_->compiler_worked(from, to, compiled);
    }

    const InjectedFaults& faults() const { return faults_; }

private:
    InjectedFaults faults_;
    ActivityTrace* const trace_;  // null: not recorded
};

// One of each for every worker. Outlives the engine.
class CellProbes final : public WorkerProbes {
public:
    CellProbes(std::vector<Fault> faults, double rate_hz, bool traces)
        : faults_(std::move(faults)), rate_hz_(rate_hz), has_traces_(traces) {}

    WorkerProbe* of(std::uint32_t worker) override {
        if (!has_traces_ && InjectedFaults(faults_, rate_hz_).empty()) return nullptr;
        for (auto w = probes_.size(); w <= worker; ++w) {
            if (has_traces_) traces_.push_back(std::make_unique<ActivityTrace>());
            probes_.push_back(
                std::make_unique<CellProbe>(faults_, rate_hz_, has_traces_ ? traces_.back().get() : nullptr));
        }
        return probes_[worker].get();
    }

    bool has_traces() const { return has_traces_; }
    // The rest: after Engine::start().
    const std::vector<std::unique_ptr<ActivityTrace>>& traces() const { return traces_; }  // by worker, or none at all
    std::vector<const ActivityTrace*> readers() const {
        std::vector<const ActivityTrace*> all;
        for (const auto& trace : traces_) all.push_back(trace.get());
        return all;
    }
    // In all workers together. [any thread]
    std::uint64_t faults(FaultKind kind) const {
        std::uint64_t times = 0;
        for (const auto& probe : probes_) times += probe->faults().times(kind);
        return times;
    }
    std::uint64_t traces_compiled() const {
        std::uint64_t sum = 0;
        for (const auto& trace : traces_) sum += trace->traces_compiled();
        return sum;
    }
    std::uint64_t trace_aborts() const {
        std::uint64_t sum = 0;
        for (const auto& trace : traces_) sum += trace->trace_aborts();
        return sum;
    }

private:
    const std::vector<Fault> faults_;
    const double rate_hz_;
    const bool has_traces_;
    std::vector<std::unique_ptr<ActivityTrace>> traces_;
    std::vector<std::unique_ptr<CellProbe>> probes_;
};

}  // namespace forerun::measure
