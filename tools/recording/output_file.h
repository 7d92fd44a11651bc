// The files that a command writes: looked at before the work, so that an hour of rendering is not lost to a wrong name, and
// written so that nothing of somebody's is harmed.
//
// A file is written beside its place, under a name that nobody has, and takes its place when it is whole. The place is where
// links lead to, so a link stays a link; the mode is the one of the file that was there. Whatever is refused, stopped or
// failed leaves everything as it was. What is recorded while it is played goes to its place at once when nothing is there:
// so a program that is killed leaves it under its name.
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

// Throws BadInput when no sound file can be made there: there must be nothing, or a file that may be replaced, in a folder
// that takes files.
void require_sound_output(const NamedFile& file);

// The same for text, which may also go to a device or an open pipe (/dev/stdout).
void require_text_output(const NamedFile& file);

// Throws BadInput when files cannot be made in this folder, which is there. Leaves nothing.
void require_takes_files(const NamedFile& folder);

// Throws BadInput when two outputs, or an output and an input, are one file, whatever they are called.
void require_different(const std::vector<NamedFile>& outputs, const std::vector<NamedFile>& inputs);

// Replaces a file by this text, all of it or nothing. Throws BadInput or std::runtime_error.
void write_text(const NamedFile& file, const std::string& text);

// Not for several threads.
class OutputFile {
public:
    enum class Until { whole, recorded };  // recorded: in its place from the start when nothing is there
    // Makes an empty file at path(), for others to open by name and fill. Throws BadInput.
    OutputFile(const NamedFile& wanted, Until until);
    // Removes it unless it was kept.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    const std::filesystem::path& wanted() const { return wanted_; }  // as the user calls it

    // False when somebody deleted or moved it: what is written goes nowhere.
    bool is_there() const;

    // It is closed and whole: takes its place. Throws std::runtime_error, and leaves what was written.
    void keep();

private:
    std::filesystem::path wanted_;
    std::filesystem::path place_;
    std::filesystem::path path_;
    int descriptor_ = -1;
    bool kept_ = false;
};

}  // namespace forerun
