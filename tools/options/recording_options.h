// --record, --stems, --record-midi, --log: what is recorded, and where.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "shared/rig/rig.h"
#include "tools/recording/output_file.h"
#include "tools/recording/sound_file.h"

namespace forerun {

struct RecordingOptions {
    std::string master;  // empty: not wanted; as the next three
    std::string stems;   // folder
    std::string midi;
    std::string log;
    std::string stems_format = "wav";
    bool want_pcm24 = false;
};

void add_recording_options(CLI::App& command, RecordingOptions& options);
// --stems and --stems-format alone.
void add_stem_options(CLI::App& command, RecordingOptions& options);

// Throws BadInput for options that contradict each other.
void check(const RecordingOptions& options);

// The files that will be written, except stems. Throws BadInput when a file or the folder cannot be created; leaves nothing
// behind.
std::vector<NamedFile> require_recordings(const RecordingOptions& options);

SoundFileFormat master_format(const RecordingOptions& options);
SoundFileFormat stems_format(const RecordingOptions& options);
// By instrument.
std::vector<std::filesystem::path> stem_paths(const RecordingOptions& options, const Rig& rig);

}  // namespace forerun
