// How busy a worker is: the part of its time that it works, smoothed over half a second.
//
// Smoothed, since catching up after a stall is no overload and must not cost depth. Voices that yield (cost_watch.h) use only
// spare time, which is no load to the others: so there are two figures.
#pragma once

#include <cstdint>

namespace forerun {

// Belongs to the worker's thread. All times in nanoseconds.
class WorkerLoad {
public:
    // The worker was busy with a voice that yields.
    void add_yielded(std::int64_t nanoseconds) { yielded_ += nanoseconds; }
    std::int64_t yielded() const { return yielded_; }

    // busy: the worker's working time in all, up to now. True, once per window: the figures are new.
    bool follow(std::int64_t now, std::int64_t busy) {
        const auto time = now - since_;
        if (time < window) return false;
        smooth(load_, busy - yielded_ - busy_for_others_, time);
        smooth(whole_load_, busy - busy_, time);
        busy_for_others_ = busy - yielded_;
        busy_ = busy;
        since_ = now;
        return true;
    }
    double load() const { return load_; }  // without the voices that yield; 1: it never rests
    double whole_load() const { return whole_load_; }

private:
    static constexpr std::int64_t window = 20'000'000;
    static constexpr double smoothing = 0.04;  // of each window

    static void smooth(double& load, std::int64_t busy, std::int64_t time) {
        load += smoothing * (static_cast<double>(busy) / static_cast<double>(time) - load);
    }

    std::int64_t since_ = 0, yielded_ = 0;
    std::int64_t busy_for_others_ = 0, busy_ = 0;  // at the last window's end
    double load_ = 0, whole_load_ = 0;
};

}  // namespace forerun
