// Files that a rig names. Rigs may come from anywhere, and error messages quote files; so without --trust a rig cannot make Forerun
// show arbitrary files:
//   - a voice or another rig must be a .lua file, a tuning a .scl or .kbm file, also after resolving links (Sandbox::read);
//   - a script outside the rig's folder and the script path is not quoted; messages have its path only.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "shared/bad_input.h"
#include "shared/files/real_path.h"

namespace forerun {

// Ignores case.
inline bool has_ending(const std::filesystem::path& file, std::initializer_list<std::string_view> endings) {
    auto ending = file.extension().string();
    for (auto& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

inline bool lies_below(const std::filesystem::path& file, const std::filesystem::path& folder) {
    const auto real = real_path(file), top = real_path(folder);
    return std::mismatch(top.begin(), top.end(), real.begin(), real.end()).first == top.end();
}

// Calls `look`, which evaluates the script `found`, called `name` in the rig file `rig`. Throws BadInput.
template <typename Look>
auto named_by_rig(const std::filesystem::path& found, const std::filesystem::path& rig, const std::string& name,
                  const std::vector<std::filesystem::path>& script_path, bool trust, Look look) {
    if (trust) return look();
    if (!has_ending(found, {".lua"}))
        throw BadInput(fmt::format("\"{}\" is {}, which is no .lua file; name a Lua script", name, found.string()));
    const bool is_near = lies_below(found, rig.parent_path()) ||
                         std::any_of(script_path.begin(), script_path.end(),
                                     [&](const auto& folder) { return lies_below(found, folder); });
    if (is_near) return look();
    try {
        return look();
    } catch (const BadInput&) {
        throw BadInput(
            fmt::format("\"{}\" cannot be used; forerun check {} says why, since it lies outside the rig's folder "
                        "and the script path",
                        name, found.string()));
    }
}

}  // namespace forerun
