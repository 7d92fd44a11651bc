// The computer's keyboard as a piano: typed keys become notes.
//
//    w e   t y u   o p        black keys
//   a s d f g h j k l ;       white keys from C
//
//   z x  octave down, up      c v  softer, louder      space  sustain on and off      backspace  every note off
//
// A terminal does not report key releases. While a key is held the keyboard repeats it, and that keeps its note: it ends
// `first_hold` after the key was struck (keyboards wait about half a second before they repeat), or `repeat_hold` after the
// last repetition. Pure: bytes and times go in, commands come out. Belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rt-engine/command.h"

namespace forerun {

class ComputerKeyboard {
public:
    static constexpr std::int64_t first_hold_nanoseconds = 650'000'000;
    static constexpr std::int64_t repeat_hold_nanoseconds = 130'000'000;

    explicit ComputerKeyboard(std::uint8_t channel = 0) : channel_(channel) {}

    // Characters that were typed at once.
    void type(std::string_view bytes, std::int64_t now_nanoseconds, std::vector<PlayerCommand>& commands);

    // Ends notes whose time has come. Call it a hundred times a second.
    void tick(std::int64_t now_nanoseconds, std::vector<PlayerCommand>& commands);

    int octave() const { return octave_; }  // of the key a: 4 is middle C
    int velocity() const { return velocity_; }
    bool sustained() const { return sustained_; }

private:
    struct Held {
        bool down = false;
        std::int64_t until = 0;
    };
    void strike(int key, std::int64_t now, std::vector<PlayerCommand>& commands);
    void control(char key, std::vector<PlayerCommand>& commands);
    void all_off(std::vector<PlayerCommand>& commands);

    std::uint8_t channel_;
    int octave_ = 4;
    int velocity_ = 100;
    bool sustained_ = false;
    std::array<Held, 128> held_{};
};

}  // namespace forerun
