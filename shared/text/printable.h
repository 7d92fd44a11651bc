// Text that others wrote (names of files, ports and instruments, texts of scripts and libraries), made fit to be shown: on one
// line, and with nothing in it that a terminal obeys or that turns the order of what is read.
//
// Well-formed UTF-8 of printable characters stays. A '?' takes the place of every byte of other characters: control codes (C0, DEL, and
// C1, which some terminals obey in UTF-8, too), those that steer the direction of text (U+061C, U+200E, U+200F, U+202A to
// U+202E, U+2066 to U+2069) or end lines (U+2028, U+2029); and of what is no UTF-8: Latin-1, overlong forms,
// surrogates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace forerun {

// A character at the start of a text: its length in bytes (1 where it is no UTF-8), and whether it may be shown.
struct FirstCharacter {
    std::size_t bytes = 1;
    char32_t code = 0xFFFD;  // this where it is no UTF-8
    bool printable = false;
};

inline FirstCharacter first_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return {1, lead, lead >= 0x20 && lead != 0x7F};
    if (lead < 0xC2 || lead > 0xF4) return {};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length > text.size()) return {};
    char32_t code = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {};
        code = code << 6 | (byte(i) & 0x3Fu);
    }
    const bool overlong = code < (length == 2 ? 0x80u : length == 3 ? 0x800u : 0x10000u);
    if (overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return {};
    const bool steers = code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
                        (code >= 0x2066 && code <= 0x2069);
    return {length, code, code >= 0xA0 && !steers};
}

// At most `longest` bytes of it, never a part of a character.
inline std::string printable(std::string_view text, std::size_t longest = std::string_view::npos) {
    std::string shown;
    while (!text.empty()) {
        const auto first = first_character(text);
        const auto piece =
            first.printable ? text.substr(0, first.bytes) : std::string_view("????").substr(0, first.bytes);
        if (shown.size() + piece.size() > longest) break;
        shown += piece;
        text.remove_prefix(first.bytes);
    }
    return shown;
}

// JSON that says the same and may be shown: inside of its strings an escape (\u009b) takes the place of what must not be.
// Between them there is nothing but ASCII. The text is well-formed UTF-8, as writers of JSON make it.
inline std::string printable_json(std::string_view json) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string shown;
    shown.reserve(json.size());
    while (!json.empty()) {
        const auto first = first_character(json);
        if (first.printable || json[0] == '\n' || first.code > 0xFFFF) {
            shown += json.substr(0, first.bytes);
        } else {
            shown += "\\u";
            for (int shift = 12; shift >= 0; shift -= 4) shown += digits[first.code >> shift & 0xF];
        }
        json.remove_prefix(first.bytes);
    }
    return shown;
}

}  // namespace forerun
