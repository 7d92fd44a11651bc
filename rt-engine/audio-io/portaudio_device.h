// Sound cards and sound servers through PortAudio: the list of them, and which one a request means.
//
// Playing is done by a PortAudio stream (portaudio_stream.h), or, on a JACK server, by our own client (jack_device.h).
#pragma once

#include <memory>

#include "rt-engine/audio-io/device.h"
#include "rt-engine/audio-io/device_request.h"

namespace forerun {

// Opens an output, and the inputs that the request asks for. Throws BadInput with one line that says what there is instead.
// With neither device nor host API asked for, the first default that works is taken. While it opens, what sound libraries
// print to stderr is thrown away.
std::unique_ptr<Device> open_portaudio_device(const DeviceRequest& request);

// What PortAudio sees now. Throws BadInput when PortAudio itself does not start.
DeviceList list_portaudio_devices();

}  // namespace forerun
