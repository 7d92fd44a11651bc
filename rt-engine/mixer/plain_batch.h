// Voices that play without a fade or a ramp, gathered so that one pass over the bus adds several of them.
//
// They are added in the order in which they came, sample by sample, so the bits are those of adding one after the other;
// but the bus is read and written once, and the CPU waits for several voices' cache lines at a time. What was gathered is
// read by flush(): call it before anything else is added to a bus, and before the block ends.
#pragma once

#include <cstdint>

#include "rt-engine/mixer/mix_kernels.h"

namespace forerun {

// Belongs to the audio thread.
class PlainBatch {
public:
    // Samples of a whole block; `left` and `right` are the bus, x_left and x_right may be one.
    void add(float* left, float* right, std::int64_t frames, const float* x_left, const float* x_right,
             GridGain::Pair gain) {
        if (count_ != 0 && left != left_) flush();
        left_ = left;
        right_ = right;
        frames_ = frames;
        voices_.x_left[count_] = x_left;
        voices_.x_right[count_] = x_right;
        voices_.gain[count_] = gain;
        if (++count_ == kernels::batch_voices) flush();
    }

    void flush() {
        if (count_ == kernels::batch_voices) {
            kernels::add_batch(left_, right_, voices_, frames_);
        } else {
            for (int v = 0; v < count_; ++v)
                kernels::add_stereo(left_, right_, voices_.x_left[v], voices_.x_right[v], voices_.gain[v], frames_);
        }
        count_ = 0;
    }

private:
    kernels::Batch voices_;
    int count_ = 0;
    float* left_ = nullptr;
    float* right_ = nullptr;
    std::int64_t frames_ = 0;
};

}  // namespace forerun
