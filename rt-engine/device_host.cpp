#include "rt-engine/device_host.h"

#include <utility>

#include "rt-engine/forerun.h"

namespace forerun {

DeviceHost::DeviceHost(Engine& engine, std::unique_ptr<Device> device) : engine_(engine), device_(std::move(device)) {
    require_fit(*device_, engine.configuration());
    engine.start();
    device_->start(call, this);
}

DeviceHost::~DeviceHost() { device_->stop(); }

// [audio thread] In one call, whatever its length: the clock is stamped once for each of the driver's calls.
void DeviceHost::call(void* user, const float* in, float* out, std::int64_t frames) noexcept {
    static_cast<DeviceHost*>(user)->engine_.process(in, out, frames);
}

}  // namespace forerun
