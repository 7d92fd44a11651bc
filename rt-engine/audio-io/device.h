// A device: output and, on request, input, in one. It calls back block by block, on its own thread.
//
// A program opens one (open_device.h), makes an engine with a configuration that fits it, and lets a DeviceHost
// (rt-engine/device_host.h) play the engine on it; or it starts the device with its own callback that calls Engine::process.
// Inputs are opened only on request, so that no microphone is active otherwise.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "rt-engine/threads/realtime_thread.h"
#include "shared/bad_input.h"
#include "shared/configuration.h"

namespace forerun {

// The device is there, and cannot be used as it was asked for.
struct DeviceRefusal : BadInput {
    using BadInput::BadInput;
};

class Device;
using Reopen = std::function<std::unique_ptr<Device>()>;

// Counted while the device runs; any thread may read.
struct DeviceStatistics {
    std::uint64_t blocks = 0;            // calls since start()
    std::uint64_t underflows = 0;        // the driver said that sound was invented or lost
    std::uint64_t late_blocks = 0;       // called more than a block after their time (clock device only)
    std::uint64_t abandoned_blocks = 0;  // given up after a stall of more than a second (clock device only)
    std::int64_t largest_block_frames = 0;
    std::int64_t lost_frames = 0;  // since start(): how much of its time was never asked for (JACK only)
};

class Device {
public:
    // Both interleaved: `in` has input_channels() samples per frame, `out` has channels(); null where there are none. They do
    // not overlap, though a driver's own buffers may. `frames` need not be block_frames(). [audio thread]
    using Callback = void (*)(void* user, const float* in, float* out, std::int64_t frames) noexcept;

    virtual ~Device() = default;

    // Known from the moment the device is open.
    virtual std::string name() const = 0;
    virtual double rate_hz() const = 0;
    virtual std::uint32_t channels() const = 0;  // of the output
    virtual std::uint32_t input_channels() const { return 0; }
    virtual std::uint32_t connected_channels() const {
        return channels();
    }                                               // the first ones; the others are heard nowhere
    virtual std::int64_t block_frames() const = 0;  // what a callback is expected to ask for
    virtual double latency_seconds() const = 0;     // from the callback to the ear, as far as the driver knows

    // start() and stop() belong to the thread that opened the device. After stop() no callback runs; it may be called
    // twice. start() throws BadInput when the device refuses.
    virtual void start(Callback callback, void* user) = 0;
    virtual void stop() noexcept = 0;

    // False when the device stopped by itself (unplugged, its server ended). [any thread]
    virtual bool running() const noexcept = 0;

    // What the audio thread really got; valid after start(). [any thread]
    virtual Scheduling scheduling() const = 0;
    virtual DeviceStatistics statistics() const = 0;

    // Opens the same device anew, with the same rate and channels where it can choose; to be called when this device is
    // closed, by the thread that opened it. Throws BadInput: it is not there, or DeviceRefusal. Empty: there is no way.
    virtual Reopen reopen() const { return {}; }
};

// The configuration with the device's rate, channels and block.
inline Configuration fitted_to(const Device& device, Configuration configuration = {}) {
    configuration.rate_hz = device.rate_hz();
    configuration.channels = device.channels();
    configuration.input_channels = device.input_channels();
    configuration.block_frames = std::min(device.block_frames(), configuration.max_block_frames);
    return configuration;
}

// Throws BadInput when an engine with this configuration cannot play on the device.
inline void require_fit(const Device& device, const Configuration& c) {
    if (device.rate_hz() != c.rate_hz || device.channels() != c.channels || device.input_channels() != c.input_channels)
        throw BadInput(device.name() + ": has another rate or other channels than the engine; use fitted_to(device)");
}

}  // namespace forerun
