// One voice's cost against its share: decides which voice gives way when a worker is short of time. Reads no clock.
//
// Cost is CPU time per frame rendered, however often a frame is rendered, so rewinds do not raise it. Cost beyond the share
// adds up to a debt, which cheaper quanta pay back, so that a burst (code that is compiled, a table that is filled) is
// forgotten. Three answers, each later than the one before:
//
//   yields()       others are rendered first; the voice gets the time that they leave
//   wants_less()   its quality is to be lowered, if its ring runs low
//   is_hopeless()  at that quality it cannot keep up with real time, although it had the time
#pragma once

#include <algorithm>
#include <cstdint>

namespace forerun {

class CostWatch {
public:
    // CPU clocks also advance while the whole machine pauses, so one quantum proves nothing, however long it took.
    static constexpr std::int64_t most_counted_nanoseconds = 100'000'000;

    // A call took so much CPU time, for so much sound. share: the part of real time that the voice may take; 1, or less when
    // its worker is short of time.
    void add(std::int64_t cpu_nanoseconds, std::int64_t sound_nanoseconds, double share) {
        const auto cpu = std::min(cpu_nanoseconds, most_counted_nanoseconds);
        const auto grow = [](std::int64_t& debt, std::int64_t by) {
            debt = std::clamp<std::int64_t>(debt + by, 0, most_debt_nanoseconds);
        };
        const auto beyond_share = cpu - static_cast<std::int64_t>(share * static_cast<double>(sound_nanoseconds));
        grow(debt_nanoseconds_, beyond_share);
        grow(since_lowered_nanoseconds_, beyond_share);
        grow(beyond_real_time_nanoseconds_, cpu - sound_nanoseconds);
        if (cpu > sound_nanoseconds) ++slow_calls_;
        if (beyond_real_time_nanoseconds_ == 0) slow_calls_ = 0;
        if (!owes()) {
            ran_dry_ = false;
            cost_nanoseconds_ = 0;
        } else if (sound_nanoseconds > 0) {
            const double weight = cost_nanoseconds_ == 0 ? 1 : cost_smoothing;
            cost_nanoseconds_ += weight * (static_cast<double>(cpu) - cost_nanoseconds_);
        }
    }

    // Voices of its instrument have cost so much: assumed until its own cost is known.
    void expect(double cost_nanoseconds) {
        debt_nanoseconds_ = yielding_nanoseconds;
        cost_nanoseconds_ = cost_nanoseconds;
    }

    // The rest only where it does: most voices never do.
    bool owes() const { return debt_nanoseconds_ > 0 || beyond_real_time_nanoseconds_ > 0; }
    bool yields() const { return debt_nanoseconds_ >= yielding_nanoseconds; }
    bool is_notable() const { return debt_nanoseconds_ >= lowering_nanoseconds; }
    bool wants_less() const { return since_lowered_nanoseconds_ >= lowering_nanoseconds; }
    // Its quality was lowered: its cost is counted anew.
    void lowered() {
        since_lowered_nanoseconds_ = beyond_real_time_nanoseconds_ = 0;
        slow_calls_ = 0;
        ran_dry_ = false;
    }
    // The clock has overtaken it.
    void ran_dry() { ran_dry_ = true; }
    bool is_hopeless() const {
        return ran_dry_ && slow_calls_ >= least_slow_calls && beyond_real_time_nanoseconds_ >= hopeless_nanoseconds;
    }

    // What its release took, which is part of a quantum's cost.
    void release_took(std::int64_t nanoseconds) { release_nanoseconds_ = nanoseconds; }
    std::int64_t release_nanoseconds() const { return release_nanoseconds_; }

    // Of a quantum, smoothed; 0 while it owes nothing.
    double cost_nanoseconds() const { return cost_nanoseconds_; }

private:
    static constexpr std::int64_t yielding_nanoseconds = 20'000'000;
    static constexpr std::int64_t lowering_nanoseconds = 50'000'000;
    static constexpr std::int64_t hopeless_nanoseconds = 250'000'000;
    static constexpr std::int64_t most_debt_nanoseconds = 500'000'000;
    static constexpr int least_slow_calls = 5;
    static constexpr double cost_smoothing = 0.25;

    std::int64_t debt_nanoseconds_ = 0;
    std::int64_t since_lowered_nanoseconds_ = 0;
    std::int64_t beyond_real_time_nanoseconds_ = 0;  // since it was lowered
    int slow_calls_ = 0;
    bool ran_dry_ = false;
    double cost_nanoseconds_ = 0;
    std::int64_t release_nanoseconds_ = 0;
};

}  // namespace forerun
