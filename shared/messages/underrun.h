// The record of an underrun in a voice: where, how long, and what its worker was doing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace forerun {

// What a worker does now. Published by the worker, read by the mixer when a ring runs dry.
enum class Activity : std::uint8_t {
    starting,        // not yet running, or loading scripts
    idle,            // waits: every ring is full, or the horizon is reached
    rendering,       // a quantum of `voice`
    rewinding,       // takes `voice` back to an event and renders it again
    starting_voice,  // a script's start()
    collecting,      // Lua garbage
    warming,         // compiling and warming an instrument
    not_scheduled,   // it had work, and the system did not run it (found afterwards, from its CPU time)
    woken_late,      // it slept longer than it had asked for (found afterwards)
    compiling,       // LuaJIT's compiler, while it renders (only in ActivitySpan)
    count
};

constexpr const char* name_of(Activity activity) {
    switch (activity) {
    case Activity::starting: return "starting";
    case Activity::idle: return "idle";
    case Activity::rendering: return "rendering";
    case Activity::rewinding: return "rewinding";
    case Activity::starting_voice: return "starting a voice";
    case Activity::collecting: return "collecting garbage";
    case Activity::warming: return "warming an instrument";
    case Activity::not_scheduled: return "not scheduled by the system";
    case Activity::woken_late: return "woken late by the system";
    case Activity::compiling: return "compiling";
    case Activity::count: break;
    }
    return "unknown";
}

// The same as a key in JSON and in tables.
constexpr std::string_view word_of(Activity activity) {
    constexpr std::string_view words[] = {"beginning",  "idle",       "rendering", "rewinding",
                                          "starting",   "collecting", "warming",   "not_scheduled",
                                          "woken_late", "compiling",  "unknown"};
    return words[static_cast<std::size_t>(activity < Activity::count ? activity : Activity::count)];
}

// One word: activity and the serial of the voice it is about (0: none).
struct WorkerActivity {
    Activity activity = Activity::starting;
    std::uint64_t serial = 0;  // below 2^56

    constexpr std::uint64_t packed() const { return static_cast<std::uint64_t>(activity) | serial << 8; }
    static constexpr WorkerActivity unpacked(std::uint64_t bits) {
        return {static_cast<Activity>(bits & 0xffu), bits >> 8};
    }
};

// Written by the mixer when the underrun ends (the voice is back, stopped, or its ring reached its end).
struct UnderrunRecord {
    std::uint64_t serial = 0;
    std::int64_t frame = 0;                 // engine frame of the first frame that had to be invented
    std::int64_t frames_missing = 0;        // length of the invented stretch
    std::int64_t fill_before = 0;           // frames that were left at the start of the block in which it happened
    std::int64_t began_nanoseconds = 0;     // start of the block in which it happened, monotonic
    std::int64_t activity_nanoseconds = 0;  // how long the worker had been doing that
    std::uint64_t activity_serial = 0;      // serial of the voice the worker was busy with
    std::uint32_t worker = 0;
    std::uint16_t slot = 0;
    std::uint16_t instrument = 0;
    Activity activity = Activity::idle;
    bool stopped = false;     // low priority: the voice was stopped
    bool late_start = false;  // the ring had not been published when the voice was due
    std::uint8_t reserved[5]{};
};
static_assert(sizeof(UnderrunRecord) == 72 && std::is_trivially_copyable_v<UnderrunRecord>);

}  // namespace forerun
