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

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

// The program's own folders: beside itself first, so that a copy or a moved tree uses what lies with it.
std::vector<fs::path> own_folders() {
    std::vector<fs::path> folders;
    if (const auto program = folder_of_program(); !program.empty()) {
        const auto installed = program.parent_path() / "share" / "forerun";
        const fs::path from_build = FORERUN_SCRIPTS_FROM_BUILD;  // empty: built outside its source tree
        const auto of_tree = from_build.empty() ? fs::path() : (program / from_build).lexically_normal();
        std::error_code ignored;
        const bool is_build = fs::exists(program / "CMakeCache.txt", ignored);
        if (program == fs::path(FORERUN_BUILD_FOLDER) && from_build.empty())
            folders.emplace_back(FORERUN_SOURCE_SCRIPTS);
        folders.push_back(is_build ? of_tree : installed);
        folders.push_back(is_build ? installed : of_tree);
    }
    folders.emplace_back(FORERUN_INSTALLED_SCRIPTS);
    return folders;
}

}  // namespace

std::vector<fs::path> default_script_path() {
    auto path = folders_of(environment("FORERUN_PATH", ""));
    auto candidates = own_folders();
    for (const auto& folder : folders_of(environment("XDG_DATA_DIRS", "/usr/local/share:/usr/share")))
        candidates.push_back(folder / "forerun");
    candidates.emplace_back(FORERUN_SOURCE_SCRIPTS);
    for (const auto& folder : candidates)
        if (is_folder(folder) && std::find(path.begin(), path.end(), folder) == path.end()) path.push_back(folder);
    return path;
}

std::vector<fs::path> library_places() {
    std::vector<fs::path> places;
    auto folders = own_folders();
    folders.emplace_back(FORERUN_SOURCE_SCRIPTS);
    for (const auto& folder : folders)
        if (!folder.empty() && std::find(places.begin(), places.end(), folder / "dsp") == places.end())
            places.push_back(folder / "dsp");
    return places;
}

fs::path own_library() {
    for (const auto& place : library_places()) {
        std::error_code ignored;
        if (fs::is_regular_file(place / "init.lua", ignored)) return place;
    }
    return {};
}

}  // namespace forerun
