// Matches a device or a port by name: the whole or a part of it, ignoring case (ASCII).
#pragma once

#include <algorithm>
#include <string_view>

namespace forerun {

inline char lower(char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); }

inline bool is_name(std::string_view name, std::string_view given) {
    return std::ranges::equal(name, given, {}, lower, lower);
}

inline bool has_part(std::string_view name, std::string_view part) {
    return part.empty() || !std::ranges::search(name, part, {}, lower, lower).empty();
}

}  // namespace forerun
