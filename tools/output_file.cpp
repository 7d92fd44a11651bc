#include "tools/output_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "shared/bad_input.h"
#include "tools/part_file.h"

namespace forerun {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const NamedFile& file, const std::string& why) {
    throw BadInput(file.option + " " + file.path.string() + ": " + why);
}

void require_directory(const NamedFile& file) {
    std::error_code ignored;
    const auto directory = file.path.has_parent_path() ? file.path.parent_path() : fs::path(".");
    if (fs::is_directory(directory, ignored)) return;
    if (fs::exists(directory, ignored)) refuse(file, directory.string() + " is no directory; choose another file");
    refuse(file, "there is no directory " + directory.string() + "; make it first");
}

// Opened for appending: a file that is there already is not touched.
void require_opens(const NamedFile& file, const fs::path& path) {
    std::error_code ignored;
    const bool existed = fs::exists(path, ignored);
    errno = 0;
    const bool opened = static_cast<bool>(std::ofstream(path, std::ios::app));
    const std::string reason = errno ? std::strerror(errno) : "not writable";
    if (!existed) fs::remove(path, ignored);
    if (!opened) refuse(file, "cannot be written (" + reason + "); choose another file");
}

// Nothing there, or a file: what a finished part may take the place of. What the program was started with never is
// (/dev/stdout may be a file of the shell's).
bool is_replaced(const fs::path& path) {
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    return (!fs::exists(status) || fs::is_regular_file(status)) && !path.string().starts_with("/dev/");
}

// Text goes into these as it is. A pipe below /dev is open already; any other would wait for a reader.
bool takes_text(const fs::path& path) {
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    return fs::is_character_file(status) || (fs::exists(status) && path.string().starts_with("/dev/"));
}

bool same_file(const fs::path& a, const fs::path& b) {
    std::error_code error;
    if (fs::equivalent(a, b, error)) return true;
    // For what is not there yet: by name, through the folders that are.
    return fs::weakly_canonical(fs::absolute(a, error), error) == fs::weakly_canonical(fs::absolute(b, error), error);
}

}  // namespace

void require_sound_output(const NamedFile& file) {
    require_directory(file);
    std::error_code ignored;
    if (fs::is_directory(file.path, ignored)) refuse(file, "is a directory; name a file");
    if (!is_replaced(file.path)) refuse(file, "is a device or a pipe, which holds no sound file; name a file");
    require_opens(file, file.path);
    require_opens(file, PartFile::part_of(file.path));
}

void require_text_output(const NamedFile& file) {
    std::error_code ignored;
    if (fs::is_directory(file.path, ignored)) refuse(file, "is a directory; name a file");
    if (takes_text(file.path)) return;
    require_directory(file);
    if (!is_replaced(file.path))
        refuse(file, "is a device or a pipe that nobody reads yet; name a file or /dev/stdout");
    require_opens(file, file.path);
    require_opens(file, PartFile::part_of(file.path));
}

void require_different(const std::vector<NamedFile>& outputs, const std::vector<NamedFile>& inputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!is_replaced(outputs[i].path)) continue;
        for (const auto& input : inputs)
            for (const auto& written : {outputs[i].path, PartFile::part_of(outputs[i].path)})
                if (same_file(written, input.path))
                    refuse(outputs[i], "would overwrite " + input.option + "; choose another file");
        for (std::size_t j = 0; j < i; ++j)
            if (same_file(outputs[i].path, outputs[j].path) ||
                same_file(outputs[i].path, PartFile::part_of(outputs[j].path)))
                refuse(outputs[i], "would overwrite " + outputs[j].option + "; choose another file");
    }
}

void write_text(const NamedFile& file, const std::string& text) {
    std::optional<PartFile> part;
    if (is_replaced(file.path)) part.emplace(file.path);
    errno = 0;
    std::ofstream out(part ? part->path() : file.path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out)
        throw std::runtime_error(file.option + " " + file.path.string() + ": cannot be written (" +
                                 (errno ? std::strerror(errno) : "unknown reason") +
                                 "); make room there or choose another file");
    if (part) part->keep();
}

}  // namespace forerun
