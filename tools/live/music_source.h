// The input of render and play: a MIDI file with a rig, a voice, or a rig.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_file.h"

namespace forerun {

struct MusicSource {
    std::string name;
    MidiFile music;          // the file, or the phrase that a voice or rig alone plays
    bool is_script = false;  // `script` is a voice or a rig; else it is the rig of a MIDI file
    std::filesystem::path script;
};

// What sounds this long after a piece's last event is cut.
constexpr double longest_ringing_seconds = 30;

// `input` ends in .lua for scripts (a file, or a name in the script path); anything else is read as a MIDI file. `rig` is
// the option's value, empty for the General MIDI rig. An empty input means the rig alone. Throws BadInput.
MusicSource open_music_source(const std::string& input, const std::string& rig);

// The beginning of a MIDI file, whatever its name says.
bool holds_midi(const std::filesystem::path& file);

// Loads what the source needs into an engine that is not started. Throws BadInput.
void load(Engine& engine, const MusicSource& source);

// An engine with the source's rig, and with as many output channels as its buses play on, if that is more than the configuration
// has. Says on stderr what of the source's file is not understood. Throws BadInput.
std::unique_ptr<Engine> loaded_engine(Configuration configuration, const MusicSource& source);

}  // namespace forerun
