#include "rt-engine/device_host.h"

#include <algorithm>

#include "rt-engine/forerun.h"

namespace forerun {

DeviceHost::DeviceHost(Engine& engine, std::unique_ptr<Device> device) : engine_(engine), device_(std::move(device)) {
    require_fit(*device_, engine.configuration());
    engine.start();
    device_->start(call, this);
}

DeviceHost::~DeviceHost() { device_->stop(); }

// [audio thread]
void DeviceHost::call(void* user, const float* in, float* out, std::int64_t frames) noexcept {
    auto& engine = static_cast<DeviceHost*>(user)->engine_;
    const auto& c = engine.configuration();
    while (frames > 0) {
        const auto piece = std::min(frames, c.max_block_frames);
        engine.process(in, out, piece);
        if (in) in += piece * c.input_channels;
        out += piece * c.channels;
        frames -= piece;
    }
}

}  // namespace forerun
