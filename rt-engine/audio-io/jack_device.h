// A device on a JACK server, through our own client, with ports that may be connected to anything there, itself included.
//
// PortAudio supports JACK, too, and lists its devices (portaudio_device.h). But its client cannot be closed when the server
// has gone (assertions in pa_jack.c end the program), so no device could be opened again, and it adds a
// buffer. This client has neither problem.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/audio-io/device.h"

namespace forerun {

struct JackRequest {
    std::string client = "forerun";
    std::string name = "JACK";   // shown to users
    std::uint32_t channels = 2;  // 0: it only listens
    std::uint32_t input_channels = 0;
    // Clients whose first ports ours are connected to at opening, as many as there are. Empty: try_connect() does it.
    std::string plays_on, listens_to;
};

class JackDevice : public Device {
public:
    // Ports by their full names, counted from 0.
    virtual std::string input_port(std::size_t channel) const = 0;
    virtual std::string output_port(std::size_t channel) const = 0;
    // Both by full name. False: one is not there, or the server refuses. What is connected already stays.
    virtual bool try_connect(const std::string& from, const std::string& to) = 0;
    // Audio ports of the client `owner` that give (outputs) or take sound, in JACK's order.
    virtual std::vector<std::string> outputs_of(const std::string& owner) const = 0;
    virtual std::vector<std::string> inputs_of(const std::string& owner) const = 0;
};

// Plays silence from opening on, with JACK's own rate and block, whatever was asked for. Throws BadInput: no server, no such
// client, or a program that was built without JACK.
std::unique_ptr<JackDevice> open_jack_device(const JackRequest& request);

}  // namespace forerun
