// Sound cards and sound servers, through PortAudio.
//
// A device is opened first and started later: from opening on it plays silence, which shows its true block size, whether
// its thread has real-time priority, and whether it keeps time at all (ALSA's null device does not, and is refused).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/audio-io/device.h"

namespace forerun {

struct DeviceRequest {
    std::string device;             // its number, its name, or a part of it in any case; empty: the default
    std::string host_api;           // name or part of it ("jack", "alsa"); empty: any
    double rate_hz = 0;             // 0: what the device prefers
    std::int64_t block_frames = 0;  // 0: what the device prefers; JACK's are as its server was started
    std::uint32_t channels = 2;
};

// Opens an output. Throws BadInput with one line that says what there is instead. With neither device nor host API asked
// for, the first default that works is taken. While it opens, what sound libraries print to stderr is thrown away.
std::unique_ptr<Device> open_portaudio_device(const DeviceRequest& request);

struct DeviceDescription {
    int index = 0;
    std::string host_api;
    std::string name;
    int output_channels = 0;
    int input_channels = 0;
    double default_rate_hz = 0;
    std::vector<double> rates_hz;  // the usual ones that it says it takes for output
    double low_latency_seconds = 0;
    bool is_default = false;           // the output that PortAudio takes when nothing is asked for
    bool is_host_api_default = false;  // the default output of its host API
};

struct DeviceList {
    std::vector<std::string> host_apis;
    std::vector<DeviceDescription> devices;
};

// What PortAudio sees now. Throws BadInput when PortAudio itself does not start.
DeviceList list_portaudio_devices();

}  // namespace forerun
