// --midi and --midi-api: which MIDI ports are opened.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "rt-engine/midi/midi_inputs.h"

namespace forerun {

struct MidiOptions {
    std::vector<std::string> ports;  // as typed: all, virtual, none, or part of a name; each may end in @channels
    std::string api;
};

void add_midi_options(CLI::App& command, MidiOptions& options);

// Whether any port is wanted; `by_default` without options. Throws BadInput.
bool wants_midi(const MidiOptions& options, bool by_default);

// Throws BadInput for invalid channels, and for `none` together with others.
MidiPortRequests midi_port_requests(const MidiOptions& options);

}  // namespace forerun
