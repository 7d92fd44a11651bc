#include "tools/live/computer_keyboard.h"

#include <algorithm>

namespace forerun {

namespace {

constexpr std::string_view piano = "awsedftgyhujkolp;";  // in half tones from C
constexpr std::uint16_t sustain_pedal = 64;

}  // namespace

void ComputerKeyboard::type(std::string_view bytes, std::int64_t now, std::vector<PlayerCommand>& commands) {
    for (char key : bytes) {
        if (key >= 'A' && key <= 'Z') key = static_cast<char>(key + 32);
        if (const auto half_tones = piano.find(key); half_tones != piano.npos)
            strike(12 * (octave_ + 1) + static_cast<int>(half_tones), now, commands);
        else
            control(key, commands);
    }
}

void ComputerKeyboard::strike(int key, std::int64_t now, std::vector<PlayerCommand>& commands) {
    if (key < 0 || key > 127) return;
    auto& held = held_[static_cast<std::size_t>(key)];
    if (held.down) {
        // A repetition must never cut a hold short: a key struck twice quickly is not repeated by the keyboard yet.
        held.until = std::max(held.until, now + repeat_hold_nanoseconds);
        return;
    }
    held = {true, now + first_hold_nanoseconds};
    commands.push_back({.kind = CommandKind::press,
                        .channel = channel_,
                        .number = static_cast<std::uint16_t>(key),
                        .value = static_cast<float>(velocity_) / 127.0f});
}

void ComputerKeyboard::control(char key, std::vector<PlayerCommand>& commands) {
    switch (key) {
    case 'z': octave_ = std::max(0, octave_ - 1); break;
    case 'x': octave_ = std::min(8, octave_ + 1); break;
    case 'c': velocity_ = std::max(20, velocity_ - 20); break;
    case 'v': velocity_ = std::min(120, velocity_ + 20); break;
    case ' ':
        sustained_ = !sustained_;
        commands.push_back({.kind = CommandKind::controller,
                            .channel = channel_,
                            .number = sustain_pedal,
                            .value = sustained_ ? 1.0 : 0.0});
        break;
    case 8:
    case 127: all_off(commands); break;
    default: break;
    }
}

void ComputerKeyboard::all_off(std::vector<PlayerCommand>& commands) {
    for (auto& held : held_) held.down = false;
    sustained_ = false;
    commands.push_back({.kind = CommandKind::controller, .channel = channel_, .number = sustain_pedal});
    commands.push_back({.kind = CommandKind::release_all, .channel = channel_});
}

void ComputerKeyboard::tick(std::int64_t now, std::vector<PlayerCommand>& commands) {
    for (std::size_t key = 0; key < held_.size(); ++key) {
        if (!held_[key].down || now < held_[key].until) continue;
        held_[key].down = false;
        commands.push_back(
            {.kind = CommandKind::release, .channel = channel_, .number = static_cast<std::uint16_t>(key)});
    }
}

}  // namespace forerun
