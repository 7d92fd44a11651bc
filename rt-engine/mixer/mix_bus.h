// A stereo bus: voices are added to it, its gain and meter are applied, and it is added to the output's channels.
//
// Its left side goes to output channel `output`, its right side to the next one, both counted modulo the channels there
// are; a single channel gets half of their sum. Belongs to the audio thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "rt-engine/mixer/grid_gain.h"
#include "rt-engine/mixer/level_meter.h"
#include "rt-engine/mixer/mix_kernels.h"
#include "shared/rig/gains.h"
#include "shared/rig/rig.h"

namespace forerun {

class MixBus {
public:
    MixBus(const BusDescription& description, std::int64_t max_block_frames)
        : output_(description.output),
          gain_(linear_gain(description.gain_db), linear_gain(description.gain_db)),
          left_(static_cast<std::size_t>(max_block_frames)),
          right_(left_.size()) {}

    // Where a block's voices are added. Cleared by the first call of a block: buses without voices cost nothing.
    float* left(std::int64_t frames) {
        if (!used_) {
            used_ = true;
            std::fill_n(left_.data(), frames, 0.0f);
            std::fill_n(right_.data(), frames, 0.0f);
        }
        return left_.data();
    }
    float* right() { return right_.data(); }

    // The left gain of a change counts for both sides.
    void change_gain(GainChange& change) { gain_.append(change); }

    // Ends the block [from, from + frames): adds it to `channels` planes, `stride` samples apart.
    void add_to(float* output, std::uint32_t channels, std::int64_t stride, std::int64_t from, std::int64_t frames) {
        if (used_) {
            for (std::int64_t done = 0; done < frames;) {
                const std::int64_t piece = gain_.next_piece(from + done, frames - done);
                scale_piece(left_.data() + done, from + done, piece);
                scale_piece(right_.data() + done, from + done, piece);
                done += piece;
            }
            meter_.measure(0, left_.data(), frames);
            meter_.measure(1, right_.data(), frames);
            if (channels == 1) {
                kernels::add_half_sum(output, left_.data(), right_.data(), frames);
            } else {
                kernels::add(output + (output_ % channels) * stride, left_.data(), frames);
                kernels::add(output + ((output_ + 1) % channels) * stride, right_.data(), frames);
            }
            used_ = false;
        }
        gain_.finish_block();
    }

    LevelMeter& meter() { return meter_; }

private:
    void scale_piece(float* samples, std::int64_t frame, std::int64_t frames) {
        if (gain_.ramping(frame)) {
            kernels::scale_ramp(samples, gain_.ramp_from().left, gain_.target().left, gain_.ramp_position(frame),
                                frames);
        } else if (gain_.target().left != 1.0f) {
            kernels::scale(samples, gain_.target().left, frames);
        }
    }

    std::uint32_t output_;
    GridGain gain_;
    LevelMeter meter_;
    bool used_ = false;
    std::vector<float> left_, right_;
};

}  // namespace forerun
