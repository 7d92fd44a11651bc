// Prints on standard output. Most lines contain names from elsewhere, so every line goes through printable(). Never throws
// for a terminal that was closed: main() checks whether all was written.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "shared/text/printable.h"

namespace forerun {

// One line; what would end it is shown as '?'.
template <typename... Arguments>
void print_line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    const auto line = printable(fmt::format(format, std::forward<Arguments>(arguments)...)) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
}

// Several lines. Whoever made them has put names through printable(), or a name could begin a line of its own.
inline void print_lines(std::string_view text) {
    std::string shown;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find('\n', begin);
        shown += printable(text.substr(begin, end - begin)) + (end != text.npos ? "\n" : "");
        begin = end != text.npos ? end + 1 : text.size();
    }
    std::fwrite(shown.data(), 1, shown.size(), stdout);
}

}  // namespace forerun
