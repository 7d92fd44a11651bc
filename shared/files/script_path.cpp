#include "shared/files/script_path.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

#include "shared/files/file_bytes.h"

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

// Linux has this link; elsewhere the other folders must be sufficient.
const char* const own_program = "/proc/self/exe";

fs::path folder_of_program() {
    std::error_code failed;
    return fs::read_symlink(own_program, failed).parent_path();
}

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

// Of the tree that the program in `folder` was built from; empty when that is no build folder. CMake makes the link, which is
// never installed. In a folder that everybody may write, another user could have made it.
fs::path scripts_of_tree(const fs::path& folder) {
    const auto link = folder / "forerun-scripts";
    if (!made_by_owner_of(own_program, link)) return {};
    std::error_code failed;
    const auto scripts = fs::canonical(link, failed);
    return failed ? fs::path() : scripts;
}

struct PackageFolders {
    std::mutex mutex;
    std::vector<fs::path> folders;
};

PackageFolders& package_folders() {
    static PackageFolders all;
    return all;
}

// The program's own folders: beside itself first, so that a copied or moved tree uses its own scripts.
std::vector<fs::path> own_folders() {
    std::vector<fs::path> folders;
    if (const auto program = folder_of_program(); !program.empty()) {
        if (auto scripts = scripts_of_tree(program); !scripts.empty()) folders.push_back(std::move(scripts));
        folders.push_back(program.parent_path() / "share" / "forerun");
    }
    {
        auto& packages = package_folders();
        const std::lock_guard lock(packages.mutex);
        folders.insert(folders.end(), packages.folders.begin(), packages.folders.end());
    }
    folders.emplace_back(FORERUN_INSTALLED_SCRIPTS);
    return folders;
}

}  // namespace

PackageScripts::PackageScripts(const char* folder) {
    auto& packages = package_folders();
    const std::lock_guard lock(packages.mutex);
    if (std::find(packages.folders.begin(), packages.folders.end(), folder) == packages.folders.end())
        packages.folders.emplace_back(folder);
}

std::vector<fs::path> default_script_path() {
    auto path = folders_of(environment("FORERUN_PATH", ""));
    auto candidates = own_folders();
    for (const auto& folder : folders_of(environment("XDG_DATA_DIRS", "/usr/local/share:/usr/share")))
        candidates.push_back(folder / "forerun");
    for (const auto& folder : candidates)
        if (is_folder(folder) && std::find(path.begin(), path.end(), folder) == path.end()) path.push_back(folder);
    return path;
}

std::vector<fs::path> library_places() {
    std::vector<fs::path> places;
    for (const auto& folder : own_folders())
        if (std::find(places.begin(), places.end(), folder / "dsp") == places.end()) places.push_back(folder / "dsp");
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
