// Output files of a command: checked before the work, so that an hour of rendering is not lost to a wrong name, and written so
// that existing files are safe.
//
// A file is written beside its destination under a temporary name and moved there when it is complete. The destination is the
// target of links, so a link stays a link; an existing file's mode is kept. Refused, stopped or failed outputs change nothing.
// Live recordings to a free name are written in place, so that a program that is killed leaves them under their names.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace forerun {

// A file on the command line, and the option that names it.
struct NamedFile {
    std::string option;
    std::filesystem::path path;
};

// Throws BadInput when no sound file can be created there: the name must be free, or a file that may be replaced, in a
// writable folder.
void require_sound_output(const NamedFile& file);

// The same for text, which may also go to a device or an open pipe (/dev/stdout).
void require_text_output(const NamedFile& file);

// Throws BadInput when files cannot be created in this existing folder. Leaves nothing behind.
void require_takes_files(const NamedFile& folder);

// Throws BadInput when two outputs, or an output and an input, are the same file, even under different names.
void require_different(const std::vector<NamedFile>& outputs, const std::vector<NamedFile>& inputs);

// Replaces a file's content by this text, or leaves it unchanged on failure. Throws BadInput or std::runtime_error.
void write_text(const NamedFile& file, const std::string& text);

// [one thread]
class OutputFile {
public:
    enum class Until { whole, recorded };  // recorded: written in place if the name is free
    // Creates an empty file at path(), for others to open by name and fill. Throws BadInput.
    OutputFile(const NamedFile& wanted, Until until);
    // Removes the file unless keep() was called.
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    const std::filesystem::path& wanted() const { return wanted_; }  // as the user named it

    // False if it was deleted or moved, so that further writing is lost.
    bool is_there() const;

    // Moves the closed, complete file to its destination. Throws std::runtime_error, and leaves the temporary file.
    void keep();

private:
    std::filesystem::path wanted_;
    std::filesystem::path place_;
    std::filesystem::path path_;
    int descriptor_ = -1;
    bool kept_ = false;
};

}  // namespace forerun
