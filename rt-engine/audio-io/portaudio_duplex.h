// An output and an input of a sound card, opened as one stream through PortAudio, so that both count the same frames.
#pragma once

#include <memory>
#include <string>

#include "rt-engine/audio-io/duplex_stream.h"

namespace forerun {

struct DuplexRequest {
    std::string device,
        input;             // number, name or a part of it; empty: the default; empty input: the output's own device
    std::string host_api;  // name or part of it; empty: any
    double rate_hz = 0;    // 0: what the output prefers
    std::int64_t block_frames = 0;  // 0: what the driver prefers
};

// One channel each way. Throws BadInput with one line: no such device, or they cannot be opened together.
std::unique_ptr<DuplexStream> open_portaudio_duplex(const DuplexRequest& request);

}  // namespace forerun
