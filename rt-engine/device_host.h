// Plays an engine on a device, from construction to destruction; the device belongs to its owner, not to the engine.
//
//   Engine engine(fitted_to(*device));
//   engine.load_voice("warm.lua");
//   DeviceHost host(engine, std::move(device));        // sounds from here on
#pragma once

#include <memory>

#include "rt-engine/audio-io/device.h"

namespace forerun {

class Engine;

// [owner of the engine] Ends before the engine is stopped or destroyed.
class DeviceHost {
public:
    // Starts the engine, if it is not, and lets the device call process() on a thread of its own, with blocks of any size.
    // Throws BadInput when the device refuses, or does not fit the engine's configuration (see fitted_to in device.h).
    DeviceHost(Engine& engine, std::unique_ptr<Device> device);
    // Closes the device. The engine goes on; no thread is in process() any more.
    ~DeviceHost();
    DeviceHost(const DeviceHost&) = delete;
    DeviceHost& operator=(const DeviceHost&) = delete;

    const Device& device() const { return *device_; }

private:
    static void call(void* host, const float* in, float* out, std::int64_t frames) noexcept;

    Engine& engine_;
    std::unique_ptr<Device> device_;
};

}  // namespace forerun
