// The destination of an output file: what a path refers to, after links.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace forerun {

struct NamedFile;

struct OutputPlace {
    enum class Kind {
        free,    // does not exist
        file,    // a file that may be replaced
        stream,  // a device, a pipe, or what the program was started with (/dev/stdout may be a file of the shell's)
        folder,
    };
    std::filesystem::path path;  // with all links resolved
    Kind kind = Kind::free;
    mode_t mode = 0;  // of the file
    uid_t owner = 0;
    gid_t group = 0;

    bool takes_a_file() const { return kind == Kind::free || kind == Kind::file; }
    std::filesystem::path folder() const { return path.has_parent_path() ? path.parent_path() : "."; }
};

// Follows all links. Throws BadInput for circular links and inaccessible paths.
OutputPlace output_place(const NamedFile& file);

// The path with all links resolved, for comparisons; unchanged if that is impossible.
std::filesystem::path resolved_path(std::filesystem::path path);

// Throws BadInput when the folder does not exist, or the destination cannot be replaced by a file created beside it.
void require_replaceable(const NamedFile& file, const OutputPlace& place);

// Creates an empty file under an unused name that ends in `ending`. Returns its descriptor, or a negative value with errno set.
int make_temporary_file(const std::filesystem::path& folder, const std::string& ending, mode_t mode,
                        std::filesystem::path& made);

}  // namespace forerun
