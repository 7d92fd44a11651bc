// Makes foreign text (names of files, ports and instruments, messages of scripts and libraries) safe to print: on one line,
// without terminal control codes or characters that change the direction of text.
//
// Printable UTF-8 stays. Every byte of other characters is replaced by '?': control codes (C0, DEL, and C1, which some terminals
// obey in UTF-8, too), characters that control the direction of text (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069)
// or end lines (U+2028, U+2029), and invalid UTF-8 (Latin-1, overlong forms, surrogates).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace forerun {

// The first character of a text: its length in bytes (1 if it is not UTF-8), and whether it is printable.
struct FirstCharacter {
    std::size_t bytes = 1;
    char32_t code = 0xFFFD;  // this if it is not UTF-8
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

// The printable form, at most `longest` bytes, cut between characters.
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

// Equivalent JSON that is safe to print: unprintable characters, which occur in strings only, are replaced by escapes (\u009b).
// The text must be well-formed UTF-8, as writers of JSON produce it.
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
