// What tests of fades look for in the mixer's output, and in what it tells.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <vector>

#include "tests/scenes/mixer_stage.h"

namespace forerun::test {

// The largest step between neighbours of one channel in frames [from, to).
inline float largest_step(const MixerStage& stage, std::uint32_t channel, std::int64_t from, std::int64_t to) {
    float largest = 0;
    for (std::int64_t f = from + 1; f < to; ++f)
        largest = std::max(largest, std::abs(stage.at(f, channel) - stage.at(f - 1, channel)));
    return largest;
}

inline float largest_step(const Signal& signal, std::uint32_t channel) {
    float largest = 0;
    for (std::int64_t f = 1; f < 5000; ++f)
        largest = std::max(largest, std::abs(signal(channel, f) - signal(channel, f - 1)));
    return largest;
}

inline float fade_out(std::int64_t i, std::int64_t length) {
    return static_cast<float>(
        0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(i + 1) / static_cast<double>(length))));
}

// A worker that is busy with something when the mixer looks.
inline void be_busy(MixerStage& stage, Activity activity, std::uint64_t serial) {
    stage.state.worker(0).activity.store(WorkerActivity{activity, serial}.packed());
    stage.state.worker(0).activity_since_nanoseconds.store(monotonic_nanoseconds() - 5'000'000);
}

inline const UnderrunRecord* underrun_in(const std::vector<MixerReport>& reports) {
    for (const auto& report : reports)
        if (report.kind == MixerReportKind::underrun) return &report.underrun;
    return nullptr;
}
inline const MixerReport* finish_in(const std::vector<MixerReport>& reports) {
    for (const auto& report : reports)
        if (report.kind == MixerReportKind::finished) return &report;
    return nullptr;
}

}  // namespace forerun::test
