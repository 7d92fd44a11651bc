// The end of the mixer: from the buses to interleaved samples. Gain, limiter and meter of the output as a whole.
//
//   buses ─> output channels, a plane each ─ gain ─> limiter ─> meter, interleaved
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/mixer/grid_gain.h"
#include "rt-engine/mixer/level_meter.h"
#include "rt-engine/mixer/limiter.h"
#include "rt-engine/mixer/mix_bus.h"
#include "shared/state_lines.h"

namespace forerun {

// Belongs to the audio thread; allocates only in its constructor.
class MasterOutput {
public:
    MasterOutput(std::uint32_t channels, std::int64_t max_block_frames, double gain_db, double rate_hz,
                 MixerStatistics& statistics);

    std::uint32_t channels() const { return channels_; }

    // The left gain of a change counts for all channels. Within the next block.
    void change_gain(GainChange& change) { gain_.append(change); }

    // The block [from, from + frames): first what the buses hold, then the rest of the way into `out`.
    void gather(std::vector<MixBus>& buses, std::int64_t from, std::int64_t frames) noexcept;
    void finish(float* out, std::int64_t from, std::int64_t frames) noexcept;

    LevelMeter& meter() { return meter_; }

private:
    void apply_gain(std::int64_t from, std::int64_t frames) noexcept;
    void limit(std::int64_t frames) noexcept;
    void interleave(float* out, std::int64_t frames) const noexcept;
    float* plane(std::uint32_t channel) noexcept { return planes_.data() + channel * stride_; }

    const std::uint32_t channels_;
    const std::int64_t stride_;
    std::vector<float> planes_;  // the channels, `stride_` samples apart
    GridGain gain_;
    Limiter limiter_;
    LevelMeter meter_;
    MixerStatistics& statistics_;
};

}  // namespace forerun
