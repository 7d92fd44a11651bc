#include "rt-engine/audio-io/clock_device.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <ctime>
#include <string>
#include <thread>

#include "rt-engine/audio-io/block_schedule.h"
#include "shared/bad_input.h"
#include "shared/time/sample_clock.h"

namespace forerun {

namespace {

class MonotonicTimeSource final : public TimeSource {
public:
    std::int64_t now_nanoseconds() override { return monotonic_nanoseconds(); }

    void wait_until(std::int64_t nanoseconds) override {
#if defined(__linux__)
        // steady_clock is CLOCK_MONOTONIC here. An absolute deadline loses nothing when the thread is late to sleep.
        const timespec deadline{static_cast<time_t>(nanoseconds / 1'000'000'000),
                                static_cast<long>(nanoseconds % 1'000'000'000)};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr) == EINTR) {
        }
#else
        std::this_thread::sleep_until(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(nanoseconds)));
#endif
    }
};

}  // namespace

std::unique_ptr<TimeSource> make_monotonic_time_source() { return std::make_unique<MonotonicTimeSource>(); }

ClockDevice::ClockDevice(double rate_hz, std::int64_t block_frames, std::uint32_t channels,
                         std::unique_ptr<TimeSource> time, std::uint32_t input_channels)
    : rate_hz_(rate_hz),
      block_frames_(block_frames),
      channels_(channels),
      input_channels_(input_channels),
      time_(std::move(time)) {
    if (!(rate_hz >= 1000 && rate_hz <= 1e6))
        throw BadInput("clock device: a rate of " + std::to_string(std::llround(rate_hz)) +
                       " Hz cannot be; choose one between 1000 and 1000000");
    if (block_frames < 1 || block_frames > 1 << 20)
        throw BadInput("clock device: a block of " + std::to_string(block_frames) +
                       " frames cannot be; choose one between 1 and 1048576");
    if (channels < 1 || channels > 64 || input_channels > 64)
        throw BadInput("clock device: " + std::to_string(channels) + " channels and " + std::to_string(input_channels) +
                       " inputs cannot be; choose 1 to 64 and 0 to 64");
    in_.resize(static_cast<std::size_t>(block_frames) * input_channels);
    out_.resize(static_cast<std::size_t>(block_frames) * channels);
}

ClockDevice::~ClockDevice() { stop(); }

void ClockDevice::start(Callback callback, void* user) {
    stop();
    stopping_.store(false, std::memory_order_relaxed);
    realtime_priority_.store(-1, std::memory_order_relaxed);
    failed_.store(false, std::memory_order_relaxed);
    thread_ = GuardedThread([this, callback, user] { run(callback, user); },
                            [this](const char*) {
                                failed_.store(true, std::memory_order_relaxed);  // a device that stopped, as others do
                                int unknown = -1;
                                realtime_priority_.compare_exchange_strong(unknown, 0);
                                realtime_priority_.notify_all();
                            });
    // The scheduling is not read before it is known. Acquire: pairs with the release in run().
    realtime_priority_.wait(-1, std::memory_order_acquire);
}

void ClockDevice::stop() noexcept {
    stopping_.store(true, std::memory_order_relaxed);
    if (thread_.joinable()) thread_.join();
}

void ClockDevice::run(Callback callback, void* user) {
    raise_to_realtime(audio_thread_priority);
    realtime_priority_.store(scheduling_of_this_thread().priority, std::memory_order_release);
    realtime_priority_.notify_all();

    BlockSchedule schedule(rate_hz_, block_frames_, time_->now_nanoseconds());
    while (!stopping_.load(std::memory_order_relaxed)) {
        auto now = time_->now_nanoseconds();
        if (now < schedule.deadline()) {
            time_->wait_until(schedule.deadline());
            continue;
        }
        const auto step = schedule.begin(now);
        if (step.late) bump(late_blocks_);
        if (step.abandoned > 0) bump(abandoned_blocks_, static_cast<std::uint64_t>(step.abandoned));
        callback(user, in_.empty() ? nullptr : in_.data(), out_.data(), block_frames_);
        bump(blocks_);
    }
}

Scheduling ClockDevice::scheduling() const {
    const int priority = realtime_priority_.load(std::memory_order_acquire);
    return {priority > 0, std::max(0, priority)};
}

DeviceStatistics ClockDevice::statistics() const {
    return {blocks_, 0, late_blocks_, abandoned_blocks_, block_frames_, 0};
}

std::unique_ptr<Device> open_clock_device(const DeviceRequest& request) {
    const Configuration usual;
    return std::make_unique<ClockDevice>(request.rate_hz > 0 ? request.rate_hz : usual.rate_hz,
                                         request.block_frames > 0 ? request.block_frames : usual.block_frames,
                                         request.channels, make_monotonic_time_source(), request.input_channels);
}

DeviceList list_clock_devices() {
    DeviceDescription clock;
    clock.name = "clock";
    clock.remark = "makes no sound, paced by the system clock; always there";
    return {{}, {clock}};
}

}  // namespace forerun
