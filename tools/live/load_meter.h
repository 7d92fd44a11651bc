// Loads over the last half second, from counters that only grow. Belongs to one thread, never the audio thread.
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/snapshot.h"

namespace forerun {

class LoadMeter {
public:
    // Takes new figures when half a second has passed since the last ones. cpu_seconds: of the whole process.
    void update(const EngineSnapshot& snapshot, std::int64_t now_nanoseconds, double cpu_seconds);

    const std::vector<double>& workers() const { return workers_; }  // busy and collecting garbage, 0..1
    double audio() const { return audio_; }                          // of the audio thread, inside the mixer
    double process() const { return process_; }                      // of the whole program, in cores

private:
    struct Reading {
        std::int64_t nanoseconds = 0;
        std::vector<double> worker_nanoseconds;
        double audio_nanoseconds = 0;
        double cpu_seconds = 0;
    };
    Reading last_;
    std::vector<double> workers_;
    double audio_ = 0;
    double process_ = 0;
};

}  // namespace forerun
