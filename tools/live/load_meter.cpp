#include "tools/live/load_meter.h"

namespace forerun {

namespace {

constexpr std::int64_t period_nanoseconds = 500'000'000;

}  // namespace

LoadMeter::LoadMeter(const SharedState& state) : state_(state), workers_(state.header().workers) {}

LoadMeter::Reading LoadMeter::read(std::int64_t now, double cpu_seconds) const {
    const auto& calls = state_.header().mixer.callback_nanoseconds;
    Reading reading{now, {}, calls.mean() * static_cast<double>(calls.count()), cpu_seconds};
    for (std::uint32_t w = 0; w < workers_.size(); ++w) {
        const auto& line = state_.worker(w);
        reading.worker_nanoseconds.push_back(
            static_cast<double>(line.busy_nanoseconds.load(std::memory_order_relaxed) +
                                line.garbage_nanoseconds.load(std::memory_order_relaxed)));
    }
    return reading;
}

void LoadMeter::update(std::int64_t now, double cpu_seconds) {
    if (last_.nanoseconds != 0 && now - last_.nanoseconds < period_nanoseconds) return;
    auto reading = read(now, cpu_seconds);
    if (last_.nanoseconds != 0) {
        const auto passed = static_cast<double>(now - last_.nanoseconds);
        for (std::size_t w = 0; w < workers_.size(); ++w)
            workers_[w] = (reading.worker_nanoseconds[w] - last_.worker_nanoseconds[w]) / passed;
        audio_ = (reading.audio_nanoseconds - last_.audio_nanoseconds) / passed;
        process_ = (reading.cpu_seconds - last_.cpu_seconds) * 1e9 / passed;
    }
    last_ = std::move(reading);
}

}  // namespace forerun
