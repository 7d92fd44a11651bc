// A rig whose voices answer every kind of MIDI message with a step in DC, and messages at random times for it.
//
// Notes come and go on channel 1. On channels 2 and 3 four voices are held and rendered ahead: a bend or a controller has to
// take all four back at one frame, else the recording shows more than one step.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/bench/midi_senders.h"

namespace forerun::bench {

enum Kind { note_on, note_off, bend, controller, kinds };
inline constexpr const char* kind_names[kinds] = {"note on", "note off", "bend", "controller"};

// Returns the rig.
inline std::filesystem::path write_step_rig(const std::filesystem::path& folder) {
    const auto write = [&](const char* name, const char* text) { std::ofstream(folder / name) << text; };
    write("note.lua", R"(
return {
    start = function(self, note) self.level, self.over = 0.15 + 0.1 * note.velocity, false end,
    release = function(self) self.level, self.over = 0, true end,
    done = function(self) return self.over end,
    sample = function(self) return self.level end,
}
)");
    write("bend.lua", R"(
return {
    done = function(self) return false end,
    sample = function(self) return 0.04 * self.bend end,
}
)");
    write("controller.lua", R"(
return {
    parameters = { level = { default = 0.05, minimum = 0, maximum = 0.1 } },
    done = function(self) return false end,
    sample = function(self) return self.parameters.level end,
}
)");
    write("rig.lua", R"(
return {
    instruments = {
        { voice = "note", channel = 1 },
        { voice = "bend", channel = 2, bend_range = 12 },
        { voice = "controller", channel = 3, controllers = { [20] = "level" } },
    },
}
)");
    return folder / "rig.lua";
}

inline std::vector<Message> held_notes() {
    std::vector<Message> messages;
    for (std::uint8_t channel = 1; channel <= 2; ++channel)
        for (std::uint8_t n = 0; n < 4; ++n)
            messages.push_back(
                {note_on, 0, {static_cast<std::uint8_t>(0x90 | channel), std::uint8_t(48 + 5 * n), 100}});
    return messages;
}

// Steps of at least 0.05 at the output, in random order and at random distances; at the end no note of channel 1 sounds.
class StepMessages {
public:
    explicit StepMessages(std::uint64_t seed) : random_(seed) {}

    std::vector<Message> plan(std::int64_t frames, std::int64_t least_distance, double mean_more_frames) {
        std::exponential_distribution<double> more(1 / mean_more_frames);
        std::vector<Message> messages;
        for (std::int64_t at = 0; at < frames; at += least_distance + static_cast<std::int64_t>(more(random_)))
            messages.push_back(message(at));
        if (sounds_) messages.push_back(note(messages.back().at + 2 * least_distance));
        return messages;
    }

private:
    Message message(std::int64_t at) {
        const auto choice = random_() % 4;
        if (choice < 2) return note(at);
        if (choice == 2) {
            bend_ = far_from(bend_, 8000, 16384);
            return {bend, at, {0xe1, std::uint8_t(bend_ & 0x7f), std::uint8_t(bend_ >> 7)}};
        }
        level_ = far_from(level_, 32, 128);
        return {controller, at, {0xb2, 20, std::uint8_t(level_)}};
    }
    Message note(std::int64_t at) {
        sounds_ = !sounds_;
        if (sounds_) key_ = static_cast<std::uint8_t>(36 + random_() % 48);
        const auto velocity = static_cast<std::uint8_t>(1 + random_() % 127);
        return {sounds_ ? note_on : note_off, at, {std::uint8_t(sounds_ ? 0x90 : 0x80), key_, velocity}};
    }
    int far_from(int before, int least, int end) {
        for (;;)
            if (const int value = static_cast<int>(random_() % static_cast<unsigned>(end));
                std::abs(value - before) >= least)
                return value;
    }

    std::mt19937_64 random_;
    bool sounds_ = false;
    std::uint8_t key_ = 60;
    int bend_ = 8192, level_ = 64;  // where the rig begins
};

}  // namespace forerun::bench
