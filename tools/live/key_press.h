// Decodes keys typed in a terminal: characters, and the few keys that send a sequence (ECMA-48, as xterm sends them).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace forerun {

enum class Key : std::uint8_t { character, up, down, left, right, tab, back_tab, enter, backspace, escape, other };

struct KeyPress {
    Key key = Key::other;
    char character = 0;      // of Key::character: small letters only
    std::string_view bytes;  // as they were typed
};

inline KeyPress first_key_press(std::string_view typed) {
    const auto press = [&](Key key, std::size_t length, char character = 0) {
        return KeyPress{key, character, typed.substr(0, length)};
    };
    const char c = typed[0];
    if (c == 27 && typed.size() > 1 && (typed[1] == '[' || typed[1] == 'O')) {
        std::size_t length = 2;
        while (length < typed.size() && !(typed[length] >= '@' && typed[length] <= '~')) ++length;
        const char last = length < typed.size() ? typed[length++] : '\0';
        if (length > 3) return press(Key::other, length);  // with a modifier, or a function key
        switch (last) {
        case 'A': return press(Key::up, length);
        case 'B': return press(Key::down, length);
        case 'C': return press(Key::right, length);
        case 'D': return press(Key::left, length);
        case 'Z': return press(Key::back_tab, length);
        default: return press(Key::other, length);
        }
    }
    switch (c) {
    case 27: return press(Key::escape, 1);
    case '\t': return press(Key::tab, 1);
    case '\r':
    case '\n': return press(Key::enter, 1);
    case 8:
    case 127: return press(Key::backspace, 1);
    default: break;
    }
    return press(Key::character, 1, c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
}

inline std::vector<KeyPress> key_presses(std::string_view typed) {
    std::vector<KeyPress> presses;
    while (!typed.empty()) {
        presses.push_back(first_key_press(typed));
        typed.remove_prefix(presses.back().bytes.size());
    }
    return presses;
}

}  // namespace forerun
