// Quotes a word for a command line that users may paste into a shell.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace forerun {

// Unchanged if it has no special characters, else in single quotes. (POSIX.1, Shell Command Language, 2.2.2)
inline std::string shell_quoted(std::string_view word) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_%+=:,./-").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + '\'';
}

}  // namespace forerun
