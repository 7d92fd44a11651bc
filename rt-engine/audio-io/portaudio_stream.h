// One PortAudio stream: an output, and on request an input beside it, which then count the same frames.
//
// A stream is opened first and started later: from opening on it plays silence, which shows its true block size, whether
// its thread has real-time priority, and whether it keeps time at all (ALSA's null device does not, and is refused).
// Private to the PortAudio files and their tests.
#pragma once

#include <portaudio.h>

#include <memory>
#include <string>
#include <vector>

#include "rt-engine/audio-io/device.h"
#include "rt-engine/audio-io/device_request.h"

namespace forerun {

// While a PortAudioSession lives. Throws BadInput: it has no such input, or DeviceRefusal.
std::unique_ptr<Device> open_portaudio_stream(PaDeviceIndex output, const DeviceRequest& request);

// Why a device was not opened, in words, with what it would take instead.
std::string refusal_of(const std::string& name, const DeviceRequest& request, double rate_hz, const char* reason,
                       const std::vector<double>& rates_hz);

}  // namespace forerun
