// A client on a JACK server with ports of its choice, which can be connected to anything there, itself included.
//
// PortAudio has a way to JACK, too, but connects only to other clients and has a buffer of its own between.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rt-engine/audio-io/duplex_stream.h"

namespace forerun {

class JackDuplex : public DuplexStream {
public:
    // Ports are "in_1", ..., "out_1", ...; by their full names here. Counted from 0.
    virtual std::string input_port(std::size_t channel) const = 0;
    virtual std::string output_port(std::size_t channel) const = 0;

    // Both by full name. False: one is not there, or the server refuses. What is connected already stays.
    virtual bool try_connect(const std::string& from, const std::string& to) = 0;
    // Audio ports of the client `owner` that give (outputs) or take sound, in JACK's order.
    virtual std::vector<std::string> outputs_of(const std::string& owner) const = 0;
    virtual std::vector<std::string> inputs_of(const std::string& owner) const = 0;
};

// The server is the one that JACK_DEFAULT_SERVER names; none is started. When `client` is taken JACK adds a number.
// Throws BadInput: no server answers, or it takes no such client.
std::unique_ptr<JackDuplex> open_jack_duplex(const std::string& client, std::size_t inputs, std::size_t outputs);

}  // namespace forerun
