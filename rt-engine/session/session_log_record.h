// The record of a session log. Plain, fixed size, in the byte order of the machine (little-endian on all supported ones).
//
// Two kinds of facts: what the conductor sent (events, starts, commands), and decisions that depend on timing (when a timeline
// was taken, where a ring ran dry). Together they reproduce the session, see session_replay.h.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "shared/messages/event.h"
#include "shared/messages/voice_message.h"

namespace forerun {

enum class LogKind : std::uint8_t {
    event,       // Event, with its frame; value: the clock when it was handled
    start,       // VoiceMessage, worker; value: the clock when it was posted
    parameters,  // of the start before: up to log_parameters floats from number `value` on
    command,     // MixerCommand; value: the clock when it was posted. Commands are counted from 0
    started,     // frame: where the voice really begins
    message,     // VoiceMessage, with the frame at which it happens: on `timeline` and those after it
    timeline,    // was built; frame: its seam
    skip,        // was built over an underrun; frame: its seam, value: up to where the timeline before it had gone
    withdrawn,   // `timeline` was never published
    failed,      // the script, on `timeline`; frame: where
    taken,       // `timeline`, by the mixer; frame: its first one mixed, value: first frame of the block;
                 // std::int64_t: how far the one before had been written
    dry,         // frame: first frame of the block, value: how far the ring had been written
    commands,    // frame: first frame of the block before which the mixer took them, value: how many in all by then
    block,       // from `frame` on blocks have `value` frames
    mark,        // everything before `frame` has been logged
    lost,        // a report did not fit into its queue: nothing behind the last mark can be replayed
    end,         // the session was ended at `frame`
    count
};

struct LogRecord {
    LogKind kind = LogKind::mark;
    std::uint8_t reserved = 0;
    std::uint16_t slot = 0;
    std::uint16_t generation = 0;
    std::uint16_t instrument = 0;
    std::uint32_t timeline = 0;
    std::uint32_t worker = 0;
    std::int64_t frame = 0;
    std::int64_t value = 0;
    std::array<std::byte, 64> body{};

    template <typename T>
    T get() const {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof body);
        T value;
        std::memcpy(&value, body.data(), sizeof value);
        return value;
    }
    template <typename T>
    LogRecord with(const T& value) const {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof body);
        auto record = *this;
        std::memcpy(record.body.data(), &value, sizeof value);
        return record;
    }
};
inline constexpr std::size_t log_parameters = 16;
static_assert(sizeof(LogRecord) == 96 && std::is_trivially_copyable_v<LogRecord>);

// A log is a line of text, then chunks: this header, `bytes` of content, and the first 8 bytes of the SHA-256 of both.
struct LogChunk {
    enum class Kind : std::uint32_t { header = 1, text = 2, records = 3, reload = 4 };
    Kind kind = Kind::header;
    std::uint32_t bytes = 0;
    std::uint32_t check = 0;  // of the two before, so that a damaged length is no cut

    std::uint32_t right_check() const {
        return (static_cast<std::uint32_t>(kind) * 0x9e3779b9u) ^ (bytes * 0x85ebca6bu) ^ 0x464c4f47u;
    }
};
inline constexpr std::size_t log_check_bytes = 8;
inline constexpr std::uint32_t largest_log_chunk = 8u << 20;
inline constexpr char log_first_line[] = "forerun session log 3\n";

}  // namespace forerun
