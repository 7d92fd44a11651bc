// A device without a sound card: a thread paced by the monotonic clock, with real-time priority where that is allowed.
//
// For machines without sound, and for measuring: it asks for blocks as a driver would, and after a stall it asks for the
// missed ones at once (see block_schedule.h). Its inputs are silent.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "rt-engine/audio-io/device.h"
#include "rt-engine/audio-io/device_request.h"
#include "shared/threads/guarded_thread.h"
#include "shared/threads/single_writer.h"

namespace forerun {

// The clock that paces the device. A test gives its own and moves it.
class TimeSource {
public:
    virtual ~TimeSource() = default;
    virtual std::int64_t now_nanoseconds() = 0;
    virtual void wait_until(std::int64_t nanoseconds) = 0;  // may return late, never early
};

std::unique_ptr<TimeSource> make_monotonic_time_source();

class ClockDevice final : public Device {
public:
    // Throws BadInput when rate, block or channels cannot be.
    ClockDevice(double rate_hz, std::int64_t block_frames, std::uint32_t channels,
                std::unique_ptr<TimeSource> time = make_monotonic_time_source(), std::uint32_t input_channels = 0);
    ~ClockDevice() override;
    ClockDevice(const ClockDevice&) = delete;
    ClockDevice& operator=(const ClockDevice&) = delete;

    std::string name() const override { return "clock"; }
    double rate_hz() const override { return rate_hz_; }
    std::uint32_t channels() const override { return channels_; }
    std::uint32_t input_channels() const override { return input_channels_; }
    std::int64_t block_frames() const override { return block_frames_; }
    double latency_seconds() const override { return 0; }
    void start(Callback callback, void* user) override;
    void stop() noexcept override;
    bool running() const noexcept override { return thread_.joinable() && !failed_.load(std::memory_order_relaxed); }
    Scheduling scheduling() const override;
    DeviceStatistics statistics() const override;

private:
    void run(Callback callback, void* user);

    double rate_hz_;
    std::int64_t block_frames_;
    std::uint32_t channels_, input_channels_;
    std::unique_ptr<TimeSource> time_;
    std::vector<float> in_, out_;
    GuardedThread thread_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> failed_{false};  // its thread has ended by itself
    // Written by the audio thread, read by any.
    std::atomic<int> realtime_priority_{-1};  // −1: not asked yet; 0: ordinary
    Counter blocks_, late_blocks_, abandoned_blocks_;
};

// What open_device() asks of every kind. The clock takes any rate and block, and prefers those of a Configuration.
std::unique_ptr<Device> open_clock_device(const DeviceRequest& request);
DeviceList list_clock_devices();

}  // namespace forerun
