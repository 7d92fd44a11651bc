#include "tools/live/load_meter.h"

namespace forerun {

namespace {

constexpr std::int64_t period_nanoseconds = 500'000'000;

}  // namespace

void LoadMeter::update(const EngineSnapshot& snapshot, std::int64_t now_nanoseconds, double cpu_seconds) {
    if (last_.nanoseconds != 0 && now_nanoseconds - last_.nanoseconds < period_nanoseconds) return;
    Reading reading{now_nanoseconds, {}, snapshot.audio_nanoseconds, cpu_seconds};
    for (const auto& worker : snapshot.workers)
        reading.worker_nanoseconds.push_back(static_cast<double>(worker.busy_nanoseconds + worker.garbage_nanoseconds));
    workers_.resize(reading.worker_nanoseconds.size());
    if (last_.nanoseconds != 0) {
        const auto passed = static_cast<double>(now_nanoseconds - last_.nanoseconds);
        for (std::size_t w = 0; w < workers_.size(); ++w)
            workers_[w] = (reading.worker_nanoseconds[w] - last_.worker_nanoseconds[w]) / passed;
        audio_ = (reading.audio_nanoseconds - last_.audio_nanoseconds) / passed;
        process_ = (reading.cpu_seconds - last_.cpu_seconds) * 1e9 / passed;
    }
    last_ = std::move(reading);
}

}  // namespace forerun
