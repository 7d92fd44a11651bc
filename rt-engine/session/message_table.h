// The session log's table of messages, mixer commands and events: name, valid field ranges, and text in a listing. Reading
// and writing need only the message itself, which is plain data.
#pragma once

#include <cstdint>
#include <string>

#include "shared/configuration.h"
#include "shared/messages/event.h"
#include "shared/messages/voice_message.h"

namespace forerun {

inline constexpr double most_logged_value = 1e9;
// False for what is no number.
inline bool is_within(double x, double least, double most) { return x >= least && x <= most; }

// What an engine of this configuration could have said in a session that was no longer than this.
struct MessageBounds {
    const Configuration& configuration;
    std::int64_t last_frame = 0;

    // May be older than its voice, or of an event that was not given a frame.
    bool is_frame_or_older(std::int64_t frame) const { return frame >= -last_frame && frame <= last_frame; }
};

// What no engine says, in words that follow "its record 7"; nullptr: nothing is wrong. Looks at what is said, not at the
// header. [any thread]
const char* fault_of(const VoiceMessage& message, const MessageBounds& bounds);

// "bend 1.06". [any thread]
std::string text_of(const VoiceMessage& message);
// "note on, channel 1, key 60, velocity 0.8", of an event whose kind there is.
std::string text_of(const Event& event);
const char* name_of(MixerCommandKind kind);

}  // namespace forerun
