// An output by its name, whatever kind it is: a sound device, or "clock".
#pragma once

#include <memory>

#include "rt-engine/audio-io/portaudio_device.h"

namespace forerun {

// request.device "clock" is a ClockDevice with the rate and block asked for, or the usual ones; anything else is PortAudio's
// (portaudio_device.h). Throws BadInput.
std::unique_ptr<Device> open_device(const DeviceRequest& request);

}  // namespace forerun
