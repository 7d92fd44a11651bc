// The name of a stem's file: its instrument's number in the rig, from 1, and its name with all characters but letters, digits,
// '.' and '_' replaced by '-'. The number makes it unique, and sorts files in the rig's order.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace forerun {

// `instruments`: their number, which determines the digits of all numbers (at least two).
inline std::string stem_name(std::size_t instrument, std::size_t instruments, const std::string& name,
                             const std::string& extension) {
    constexpr std::size_t longest_name = 64;  // bytes
    std::string safe;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || c == '_' || (c == '.' && !safe.empty()))
            safe += c;
        else if (!safe.empty() && safe.back() != '-')
            safe += '-';
        if (safe.size() == longest_name) break;
    }
    while (!safe.empty() && (safe.back() == '-' || safe.back() == '.')) safe.pop_back();
    const auto digits = std::max<std::size_t>(2, std::to_string(instruments).size());
    return fmt::format("{:0{}}{}{}.{}", instrument + 1, digits, safe.empty() ? "" : "-", safe, extension);
}

}  // namespace forerun
