// An output on a JACK server, through a client of our own.
//
// PortAudio has one, too, and lists it (portaudio_device.h). But its client cannot be closed when the server has gone
// (assertions of pa_jack.c end the program), so nothing could ever be opened again; this one can.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rt-engine/audio-io/device.h"

namespace forerun {

// Plays on the first inputs of JACK's client `target` ("system"), with JACK's own rate and block, whatever was asked for.
// From opening on it plays silence, as PortAudio's devices do. There are as many ports as channels; those beyond the client's
// inputs are connected to nothing. `name` is what people are told. Throws BadInput: no server, no such client.
std::unique_ptr<Device> open_jack_device(const std::string& target, const std::string& name, std::uint32_t channels);

}  // namespace forerun
