#include "tests/fuzz/memory_files.h"

#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "script-runtime/sandbox/sandbox.h"

namespace forerun {
namespace fuzz {
namespace {

// Put here.
std::map<std::string, std::string>& files() {
    static std::map<std::string, std::string> all;
    return all;
}

// Read from the disk, or found missing there.
std::map<std::string, std::optional<std::string>>& disk() {
    static std::map<std::string, std::optional<std::string>> all;
    return all;
}

constexpr std::size_t most_of_disk = 256;  // more are names that inputs made up

std::optional<std::string> read_disk(const std::filesystem::path& file) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(file, failed)) return {};
    std::ostringstream whole;
    whole << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(whole).str();
}

}  // namespace

std::string file_path(const std::string& name) { return std::string(memory_folder) + "/" + name; }
void put_file(const std::string& name, std::string_view text) { files()[file_path(name)] = std::string(text); }

}  // namespace fuzz

std::string shown_path(const std::filesystem::path& path) { return path.filename().string(); }

bool Sandbox::read(const std::filesystem::path& file, const std::string& shown, std::string& text) {
    if (const auto put = fuzz::files().find(file.native()); put != fuzz::files().end()) {
        text = put->second;
        return true;
    }
    auto& disk = fuzz::disk();
    if (disk.size() > fuzz::most_of_disk) disk.clear();
    auto found = disk.find(file.native());
    if (found == disk.end()) found = disk.emplace(file.native(), fuzz::read_disk(file)).first;
    if (!found->second) {
        state_.set_error(shown + ": there is no such file");
        return false;
    }
    text = *found->second;
    return true;
}

}  // namespace forerun
