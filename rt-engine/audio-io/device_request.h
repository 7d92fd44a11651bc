// The options with which a device is opened, and the description of an available one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/bad_input.h"

namespace forerun {

struct DeviceRequest {
    std::string device;                // its number, its name, or a part of it in any case; empty: the default
    std::string host_api;              // name or part of it ("jack", "alsa"); empty: any
    double rate_hz = 0;                // 0: what the device prefers
    std::int64_t block_frames = 0;     // 0: what the device prefers; JACK's are as its server was started
    std::uint32_t channels = 2;        // of the output
    std::uint32_t input_channels = 0;  // 0: no input is opened
    std::string input;                 // as `device`, of the same host API; empty: the device's own
};

// There is no device of the kind that was asked for. The text says what there is of that kind.
struct NoSuchDevice : BadInput {
    using BadInput::BadInput;
};

struct DeviceDescription {
    int index = -1;        // its number; −1: it has none, and goes by its name
    std::string host_api;  // empty: it has none
    std::string name;
    int output_channels = 0;
    int input_channels = 0;
    double default_rate_hz = 0;
    std::vector<double> rates_hz;  // the usual ones that it says it takes for output
    double low_latency_seconds = 0;
    bool is_default = false;           // the output that PortAudio takes when nothing is asked for
    bool is_host_api_default = false;  // the default output of its host API
    std::string remark;                // in the place of figures, where those say nothing
};

struct DeviceList {
    std::vector<std::string> host_apis;
    std::vector<DeviceDescription> devices;
};

}  // namespace forerun
