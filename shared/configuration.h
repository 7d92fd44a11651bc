// The configuration that an engine is built from. It never changes afterwards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace forerun {

inline constexpr double least_rate_hz = 8000;
inline constexpr double most_rate_hz = 384000;

struct Configuration {
    // Sound
    double rate_hz = 48000;            // least_rate_hz .. most_rate_hz
    std::uint32_t channels = 2;        // of the output, 1..8
    std::uint32_t input_channels = 0;  // of the input, 0..64
    std::int64_t block_frames = 256;   // what a callback is expected to ask for; any size up to max_block_frames works
    std::int64_t max_block_frames = 4096;
    std::int64_t depth_frames = 24000;  // raised to least_depth_frames(block_frames)

    // Sizes of SharedState
    std::uint32_t voices = 128;         // sounding at once
    std::uint32_t reserve_voices = 32;  // slots in which stolen voices fade while the new ones start
    std::uint32_t buses = 16;
    std::uint32_t instruments = 256;
    std::uint32_t parameters = 4096;      // of all instruments together
    std::uint32_t voice_parameters = 32;  // of one instrument
    std::uint32_t mixer_commands = 4096;  // queues: powers of two
    std::uint32_t worker_messages = 4096;
    std::uint32_t reports = 4096;

    // Workers
    std::uint32_t workers = 0;  // 0: cores − 1, at least 1
    bool jit = true;
    bool trust = false;                              // scripts get the whole language
    std::uint64_t script_memory_bytes = 256u << 20;  // soft limit of each worker's Lua state
    std::int64_t watchdog_milliseconds = 100;        // a script call that takes longer is interrupted
    bool offline = false;                            // wait for rings instead of underrunning

    // Quality follows fill
    bool quality_scaling = true;
    double quality_down = 0.25;  // of depth
    double quality_up = 0.75;

    // Rewinding
    bool rewind = true;       // an event in rendered audio takes effect immediately; otherwise after buffered audio
    bool live_depth = false;  // without rewinding: a voice that gets live events is rendered only the least depth ahead
    double floor_seconds = 0.020;                 // a rewound voice has this much again before any voice gets more
    std::uint64_t checkpoint_bytes = 256u << 10;  // of one voice
    double load_ceiling = 0.90;                   // of a worker's time; above it voices with many rewinds stay shallow

    std::int64_t event_delay_frames = -1;  // live events sound at arrival + this; −1: one block + two quanta
    int stay_priority = 50;                // voices from here on come back after an underrun, others are stopped
    std::uint64_t seed = 1;                // of the session: every voice's random numbers come from it and its serial

    // Where voices and rigs are looked for, in this order. Empty: default_script_path().
    std::vector<std::filesystem::path> script_path;
    // The folder of the dsp library, which runs outside the sandbox. Empty: own_library().
    std::filesystem::path library;
    // Scripts see the files below this folder and no others: /a/b is what lies at FOLDER/a/b. The dsp library is the
    // program's own all the same, unless they are trusted. Empty: the whole disk.
    std::filesystem::path script_root;
};

}  // namespace forerun
