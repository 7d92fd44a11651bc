#include "rt-engine/audio-io/open_device.h"

#include "rt-engine/audio-io/clock_device.h"

namespace forerun {

std::unique_ptr<Device> open_device(const DeviceRequest& request) {
    if (request.device != "clock") return open_portaudio_device(request);
    const Configuration usual;
    return std::make_unique<ClockDevice>(request.rate_hz > 0 ? request.rate_hz : usual.rate_hz,
                                         request.block_frames > 0 ? request.block_frames : usual.block_frames,
                                         request.channels);
}

}  // namespace forerun
