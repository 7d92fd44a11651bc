// --midi and --midi-api: which MIDI ports are listened to.
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

// Whether anything is to be listened to. Nothing typed: `by_default`. Throws BadInput.
bool wants_midi(const MidiOptions& options, bool by_default);

// Throws BadInput: what is no channel, `none` beside others.
MidiWishes midi_wishes(const MidiOptions& options);

}  // namespace forerun
