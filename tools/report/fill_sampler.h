// Samples how full the voices' rings are, from outside, every few milliseconds.
//
// Fill is what is written minus where the clock is. Between two samples a ring may have been emptier; what the mixer itself
// found missing is counted exactly, as underruns. Belongs to one thread, never the audio thread.
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/snapshot.h"

namespace forerun {

// The least fill that was seen of one voice while it was still rendering.
struct LeastFill {
    std::uint64_t serial = 0;
    std::uint16_t instrument = 0;
    std::uint8_t channel = 0;
    std::uint8_t key = 0;
    std::int64_t frames = 0;
};

class FillSampler {
public:
    explicit FillSampler(const Engine& engine) : engine_(engine), current_(engine.state().header().slots) {}

    // Looks at every slot now.
    void sample();

    // What the last sample() saw, by slot.
    const std::vector<VoiceSnapshot>& voices() const { return voices_; }

    // Every voice seen so far, by serial.
    std::vector<LeastFill> least() const;
    std::uint64_t samples() const { return samples_; }

private:
    const Engine& engine_;
    std::vector<VoiceSnapshot> voices_;
    std::vector<LeastFill> current_;  // by slot; serial 0: none
    std::vector<LeastFill> past_;
    std::uint64_t samples_ = 0;
};

}  // namespace forerun
