// The conductor's messages to a worker about one voice: a header and a typed payload.
//
//   message.set(VoicePitch{.hz = 440, .seconds = 0.1f});               // sets the kind
//   if (message.is<VoicePitch>()) go_to(message.get<VoicePitch>().hz);  // get asserts the kind
//
// A new kind: its name in VoiceMessageKind, a struct for its payload, its row in rt-engine/session/message_table.cpp, and its
// effect, in script-runtime/host/sounding_voice.h or worker/voice_player.cpp. A continuous control is no kind of its own but
// a row of voice_controls.h.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "shared/messages/voice_controls.h"

namespace forerun {

// Session logs hold the numbers: a new one goes to the end.
enum class VoiceMessageKind : std::uint8_t {
    start,
    release,
    pitch,
    control,
    parameter,
    time,
    quality,
    reload,
    stop,
    timeline,  // only in a replay: what the voice is to do next, see shared/timeline/replayed_timeline.h
    count
};

// A note begins; the parameters that it starts with lie in the slot's snapshot.
struct VoiceStart {
    static constexpr auto message_kind = VoiceMessageKind::start;
    std::uint64_t seed = 0;
    double frequency_hz = 0;    // of the key, without bend
    float velocity = 0;         // 0..1
    std::uint16_t version = 0;  // of the instrument's script
    std::uint8_t key = 0;
    std::uint8_t channel = 0;
    std::uint8_t priority = 50;
    std::uint8_t reserved[7]{};
};

// The key was let go, and no pedal holds it.
struct VoiceRelease {
    static constexpr auto message_kind = VoiceMessageKind::release;
    float velocity = 0;  // 0..1
};

// Another key takes the voice over, or it slides.
struct VoicePitch {
    static constexpr auto message_kind = VoiceMessageKind::pitch;
    double hz = 0;
    float seconds = 0;  // that it takes; 0: at once
    std::uint32_t reserved = 0;
};

struct VoiceControlMove {
    static constexpr auto message_kind = VoiceMessageKind::control;
    float value = 0;  // of a bend: the ratio of frequencies
    VoiceControl control = VoiceControl::bend;
    std::uint8_t reserved[3]{};
};

struct VoiceParameter {
    static constexpr auto message_kind = VoiceMessageKind::parameter;
    float value = 0;
    std::uint16_t index = 0;  // of the instrument's own
    std::uint16_t reserved = 0;
};

struct VoiceTime {
    static constexpr auto message_kind = VoiceMessageKind::time;
    double beat = 0;              // at this frame:
    std::int64_t beat_frame = 0;  // of the engine; a message that comes late happens later
    float tempo = 120;
    std::uint8_t is_playing = 0;  // 1 while the piece plays; no bool, since logs may hold anything
    std::uint8_t reserved[3]{};
};

// Made by the worker itself, so that a rewind repeats it.
struct VoiceQuality {
    static constexpr auto message_kind = VoiceMessageKind::quality;
    std::uint16_t level = 0;
};

// Another version of its script goes on from here.
struct VoiceReload {
    static constexpr auto message_kind = VoiceMessageKind::reload;
    std::uint16_t version = 0;
};

// The voice is silent after the message's frame: the worker need not render further.
struct VoiceStop {
    static constexpr auto message_kind = VoiceMessageKind::stop;
};

// From the conductor to the worker that owns the slot.
struct VoiceMessage {
    std::int64_t frame = 0;                // of the engine
    std::uint64_t serial = 0;              // of the note, counted from 1 over the whole run
    std::int64_t arrival_nanoseconds = 0;  // of the event behind it; 0: it was known long before
    std::uint16_t slot = 0;
    std::uint16_t generation = 0;
    std::uint16_t instrument = 0;
    VoiceMessageKind kind = VoiceMessageKind::start;
    std::uint8_t reserved = 0;
    alignas(8) std::array<std::byte, 32> said{};

    template <typename Said>
    bool is() const {
        return kind == Said::message_kind;
    }
    template <typename Said>
    Said get() const {
        assert(is<Said>());
        Said what;
        if constexpr (!std::is_empty_v<Said>) std::memcpy(&what, said.data(), sizeof what);
        return what;
    }
    template <typename Said>
    void set(const Said& what) {
        static_assert(std::is_trivially_copyable_v<Said> && sizeof(Said) <= sizeof said);
        kind = Said::message_kind;
        said = {};
        if constexpr (!std::is_empty_v<Said>) std::memcpy(said.data(), &what, sizeof what);
    }
    template <typename Said>
    static VoiceMessage of(const Said& what) {
        VoiceMessage message;
        message.set(what);
        return message;
    }
};
static_assert(sizeof(VoiceMessage) == 64 && std::is_trivially_copyable_v<VoiceMessage>);

}  // namespace forerun
