// Where an output goes: what a path is, not how it is spelt.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace forerun {

struct NamedFile;

struct OutputPlace {
    enum class Kind {
        free,    // nothing there
        file,    // a file that may be replaced
        stream,  // a device, a pipe, or what the program was started with (/dev/stdout may be a file of the shell's)
        folder,
    };
    std::filesystem::path path;  // behind all links
    Kind kind = Kind::free;
    mode_t mode = 0;  // of the file
    uid_t owner = 0;
    gid_t group = 0;

    bool takes_a_file() const { return kind == Kind::free || kind == Kind::file; }
    std::filesystem::path folder() const { return path.has_parent_path() ? path.parent_path() : "."; }
};

// Follows links as far as they go. Throws BadInput for links in a circle and for paths that cannot be looked at.
OutputPlace output_place(const NamedFile& file);

// The same path with all links followed, for comparing; itself where that is not possible.
std::filesystem::path behind_links(std::filesystem::path path);

// Throws BadInput when the folder is not there, or what is there cannot be replaced by a file made beside it.
void require_replaceable(const NamedFile& file, const OutputPlace& place);

// Makes an empty file under a name that nobody has, which ends in `ending`. Its descriptor, or below 0 with errno set.
int make_unnamed(const std::filesystem::path& folder, const std::string& ending, mode_t mode,
                 std::filesystem::path& made);

}  // namespace forerun
