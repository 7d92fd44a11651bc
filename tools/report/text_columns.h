// How many columns of a terminal a text takes, and what fits into some: names are in any language.
//
// Unicode's East Asian Width (UAX #11): wide and full-width characters take two, combining marks and joiners none. Blocks are
// rounded to what terminals agree about.
#pragma once

#include <string>
#include <string_view>

#include "shared/text/printable.h"

namespace forerun {

inline int columns_of(char32_t code) {
    struct Block {
        char32_t first, last;
        int columns;
    };
    static constexpr Block blocks[] = {
        {0x0300, 0x036F, 0},  {0x0483, 0x0489, 0},   {0x0591, 0x05BD, 0},   {0x064B, 0x065F, 0},
        {0x1100, 0x115F, 2},  {0x1AB0, 0x1AFF, 0},   {0x1DC0, 0x1DFF, 0},   {0x200B, 0x200D, 0},
        {0x2060, 0x2064, 0},  {0x20D0, 0x20FF, 0},   {0x2E80, 0x303E, 2},   {0x3041, 0xA4CF, 2},
        {0xA960, 0xA97F, 2},  {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},
        {0xFE20, 0xFE2F, 0},  {0xFE30, 0xFE6F, 2},   {0xFEFF, 0xFEFF, 0},   {0xFF00, 0xFF60, 2},
        {0xFFE0, 0xFFE6, 2},  {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1FAFF, 2},
        {0x20000, 0x3FFFD, 2}};
    for (const auto& block : blocks)
        if (code >= block.first && code <= block.last) return block.columns;
    return 1;
}

inline int columns_of(std::string_view text) {
    int columns = 0;
    while (!text.empty()) {
        const auto first = first_character(text);
        columns += columns_of(first.code);
        text.remove_prefix(first.bytes);
    }
    return columns;
}

// The start of it that takes no more than so many columns.
inline std::string cut_to(std::string_view text, int columns) {
    std::size_t end = 0;
    for (int used = 0; end < text.size();) {
        const auto first = first_character(text.substr(end));
        used += columns_of(first.code);
        if (used > columns) break;
        end += first.bytes;
    }
    return std::string(text.substr(0, end));
}

// Cut, or filled with spaces.
inline std::string fitted_to(std::string_view text, int columns) {
    auto fitted = cut_to(text, columns);
    const int used = columns_of(std::string_view(fitted));
    return fitted.append(static_cast<std::size_t>(columns - used), ' ');
}

}  // namespace forerun
