// The device that a command line asks for, or the clock when there is no sound card.
#pragma once

#include <memory>
#include <string>

#include "rt-engine/audio-io/device.h"
#include "rt-engine/audio-io/device_request.h"

namespace forerun {

struct OpenedDevice {
    std::unique_ptr<Device> device;
    std::string remark;  // one line to be shown: why it is the clock; may be empty
};

// request.device "clock" is the clock. Who names a device or host API gets it or a BadInput; who does not and has no sound
// card gets the clock and a remark.
OpenedDevice open_output_device(const DeviceRequest& request);

}  // namespace forerun
