#include "rt-engine/mixer/master_output.h"

#include <algorithm>

#include "rt-engine/mixer/mix_kernels.h"
#include "shared/rig/gains.h"
#include "shared/threads/single_writer.h"

namespace forerun {

MasterOutput::MasterOutput(std::uint32_t channels, std::int64_t max_block_frames, double gain_db, double rate_hz,
                           MixerStatistics& statistics)
    : channels_(channels),
      stride_(max_block_frames),
      planes_(static_cast<std::size_t>(stride_) * channels_),
      gain_(linear_gain(gain_db), linear_gain(gain_db)),
      limiter_(rate_hz),
      statistics_(statistics) {}

void MasterOutput::gather(std::vector<MixBus>& buses, std::int64_t from, std::int64_t frames) noexcept {
    for (std::uint32_t c = 0; c < channels_; ++c) std::fill_n(plane(c), frames, 0.0f);
    for (MixBus& bus : buses) bus.add_to(plane(0), channels_, stride_, from, frames);
}

void MasterOutput::finish(float* out, std::int64_t from, std::int64_t frames) noexcept {
    apply_gain(from, frames);
    limit(frames);
    interleave(out, frames);
    for (std::uint32_t c = 0; c < channels_; ++c) meter_.measure(c, plane(c), frames);
}

void MasterOutput::apply_gain(std::int64_t from, std::int64_t frames) noexcept {
    for (std::int64_t done = 0; done < frames;) {
        const std::int64_t piece = gain_.next_piece(from + done, frames - done);
        for (std::uint32_t c = 0; c < channels_; ++c) {
            float* const samples = plane(c) + done;
            if (gain_.ramping(from + done)) {
                kernels::scale_ramp(samples, gain_.ramp_from().left, gain_.target().left,
                                    gain_.ramp_position(from + done), piece);
            } else if (gain_.target().left != 1.0f) {
                kernels::scale(samples, gain_.target().left, piece);
            }
        }
        done += piece;
    }
    gain_.finish_block();
}

void MasterOutput::limit(std::int64_t frames) noexcept {
    const auto outcome = limiter_.process(plane(0), channels_, stride_, frames);
    if (outcome.limited_frames != 0)
        bump(statistics_.limited_frames, static_cast<std::uint64_t>(outcome.limited_frames));
    if (outcome.non_finite_samples != 0)
        bump(statistics_.non_finite_samples, static_cast<std::uint64_t>(outcome.non_finite_samples));
}

void MasterOutput::interleave(float* out, std::int64_t frames) const noexcept {
    const float* const samples = planes_.data();
    if (channels_ == 2) {
        const float* const right = samples + stride_;
        for (std::int64_t i = 0; i < frames; ++i) {
            out[2 * i] = samples[i];
            out[2 * i + 1] = right[i];
        }
        return;
    }
    for (std::uint32_t c = 0; c < channels_; ++c)
        for (std::int64_t i = 0; i < frames; ++i) out[i * channels_ + c] = samples[c * stride_ + i];
}

}  // namespace forerun
