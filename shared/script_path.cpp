#include "shared/script_path.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace forerun {
namespace fs = std::filesystem;
namespace {

#ifdef _WIN32
constexpr char separator = ';';
#else
constexpr char separator = ':';
#endif

std::vector<fs::path> folders_of(const std::string& list) {
    std::vector<fs::path> folders;
    for (std::size_t begin = 0; begin <= list.size();) {
        const auto end = std::min(list.find(separator, begin), list.size());
        if (end > begin) folders.emplace_back(list.substr(begin, end - begin));
        begin = end + 1;
    }
    return folders;
}

std::string environment(const char* name, const char* otherwise) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

// Linux tells by this link; where there is none, the other places have to do.
fs::path folder_of_program() {
    std::error_code failed;
    return fs::read_symlink("/proc/self/exe", failed).parent_path();
}

}  // namespace

std::vector<fs::path> default_script_path() {
    auto path = folders_of(environment("FORERUN_PATH", ""));
    std::vector<fs::path> candidates;
    if (const auto folder = folder_of_program(); !folder.empty()) {
        if (folder == fs::path(FORERUN_BUILD_FOLDER)) candidates.emplace_back(FORERUN_SOURCE_SCRIPTS);
        candidates.push_back(folder.parent_path() / "share" / "forerun");
    }
    candidates.emplace_back(FORERUN_INSTALLED_SCRIPTS);
    for (const auto& folder : folders_of(environment("XDG_DATA_DIRS", "/usr/local/share:/usr/share")))
        candidates.push_back(folder / "forerun");
    candidates.emplace_back(FORERUN_SOURCE_SCRIPTS);
    for (const auto& folder : candidates) {
        std::error_code ignored;
        if (fs::is_directory(folder, ignored) && std::find(path.begin(), path.end(), folder) == path.end())
            path.push_back(folder);
    }
    return path;
}

}  // namespace forerun
