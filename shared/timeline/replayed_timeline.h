// A voice's recorded timeline as a replay sends it to the worker, in one message.
//
// The messages that apply on it follow in the queue; the worker starts it when all of them have arrived.
#pragma once

#include <cstdint>

#include "shared/messages/voice_message.h"

namespace forerun {

// Engine frames.
struct VoiceTimeline {
    static constexpr auto message_kind = VoiceMessageKind::timeline;
    enum class Kind : std::uint8_t {
        first,   // the start message has come before
        rewind,  // from the newest checkpoint before its messages, to be heard from seam_frame on
        skip,    // the timeline before goes on to from_frame; its state goes on at seam_frame
    };
    Kind kind = Kind::first;
    bool heard = true;  // else a skip that another one replaced
    bool ends = true;   // else the voice came back later: it goes on even if its script is done before
    std::uint32_t messages = 0;
    std::int64_t from_frame = 0;
    std::int64_t hold_frame = INT64_MAX;  // the timeline is rendered so far and no further: there its ring ran dry
    std::int64_t fail_frame = INT64_MAX;  // the script failed there
};

struct ReplayedTimeline : VoiceTimeline {
    std::int64_t seam_frame = 0;  // the message's own frame

    // [conductor of a replay] For the voice in this slot and generation.
    VoiceMessage packed(std::uint16_t slot, std::uint16_t generation) const {
        auto message = VoiceMessage::of<VoiceTimeline>(*this);
        message.slot = slot;
        message.generation = generation;
        message.frame = seam_frame;
        return message;
    }
    static ReplayedTimeline unpacked(const VoiceMessage& message) {
        return {message.get<VoiceTimeline>(), message.frame};
    }
};

}  // namespace forerun
