// Text from a file or a driver, made fit for terminals and JSON: well-formed UTF-8 of printable characters stays, every
// other byte (control codes, escape sequences, Latin-1, overlong forms, surrogates) becomes a '?'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace forerun {

// Length in bytes of the well-formed printable character at the start of `bytes` (not empty), 0 if there is none.
inline std::size_t printable_utf8_length(std::span<const std::uint8_t> bytes) {
    const std::uint8_t lead = bytes[0];
    if (lead < 0x80) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length > bytes.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((bytes[i] & 0xC0) != 0x80) return 0;
    }
    const std::uint8_t second = bytes[1];
    if (lead == 0xC2 && second < 0xA0) return 0;  // C1 controls, which some terminals obey
    if (lead == 0xE0 && second < 0xA0) return 0;  // overlong
    if (lead == 0xED && second > 0x9F) return 0;  // surrogates
    if (lead == 0xF0 && second < 0x90) return 0;  // overlong
    if (lead == 0xF4 && second > 0x8F) return 0;  // above U+10FFFF
    return length;
}

inline std::string printable_utf8(std::span<const std::uint8_t> bytes) {
    std::string text;
    while (!bytes.empty()) {
        const std::size_t length = printable_utf8_length(bytes);
        if (length == 0) {
            text += '?';
        } else {
            text.append(reinterpret_cast<const char*>(bytes.data()), length);
        }
        bytes = bytes.subspan(length == 0 ? 1 : length);
    }
    return text;
}

}  // namespace forerun
