// The files that a command writes: looked at before the work, so that an hour of rendering is not lost to a wrong name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace forerun {

// A file of the command line, and the option that names it.
struct NamedFile {
    std::string option;
    std::filesystem::path path;
};

// Throws BadInput when no sound file can be made there: there must be nothing, or a file that may be replaced. A name for
// the part beside it (PartFile) must fit too.
void require_sound_output(const NamedFile& file);

// The same for text, which may also go to a device or an open pipe (/dev/stdout).
void require_text_output(const NamedFile& file);

// Throws BadInput when two outputs, or an output and an input, are one file, whatever they are called.
void require_different(const std::vector<NamedFile>& outputs, const std::vector<NamedFile>& inputs);

// Replaces a file by this text, all of it or nothing. Throws std::runtime_error.
void write_text(const NamedFile& file, const std::string& text);

}  // namespace forerun
