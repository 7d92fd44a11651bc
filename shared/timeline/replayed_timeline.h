// In a replay: a timeline of a voice as it was heard, told to the worker in one message.
//
// The messages that happen on it follow in the queue; the worker begins with it when all of them are there.
#pragma once

#include <cstdint>

#include "shared/messages/event.h"

namespace forerun {

struct ReplayedTimeline {
    enum class Kind : std::uint8_t {
        first,   // the start message has come before
        rewind,  // from the newest checkpoint before its messages, to be heard from seam_frame on
        skip,    // the timeline before goes on to from_frame; its state goes on at seam_frame
    };
    Kind kind = Kind::first;
    bool heard = true;  // else a skip that another one replaced
    bool ends = true;   // else the voice came back later: should its script be done before, it sounds on
    std::uint32_t messages = 0;
    // Engine frames
    std::int64_t seam_frame = 0;
    std::int64_t from_frame = 0;
    std::int64_t hold_frame = INT64_MAX;  // the timeline is rendered so far and no further: there its ring ran dry
    std::int64_t fail_frame = INT64_MAX;  // the script failed there

    // [conductor of a replay] For the voice in this slot and generation.
    VoiceMessage packed(std::uint16_t slot, std::uint16_t generation) const {
        VoiceMessage message;
        message.kind = VoiceMessageKind::timeline;
        message.slot = slot;
        message.generation = generation;
        message.key = static_cast<std::uint8_t>(kind);
        message.channel = heard ? 1 : 0;
        message.index = ends ? 1 : 0;
        message.frame = seam_frame;
        message.serial = messages;
        message.seed = static_cast<std::uint64_t>(from_frame);
        message.arrival_nanoseconds = hold_frame;
        message.frequency_hz = fail_frame == INT64_MAX ? -1 : static_cast<double>(fail_frame);
        return message;
    }
    static ReplayedTimeline unpacked(const VoiceMessage& message) {
        ReplayedTimeline t;
        t.kind = static_cast<Kind>(message.key);
        t.heard = message.channel != 0;
        t.ends = message.index != 0;
        t.seam_frame = message.frame;
        t.messages = static_cast<std::uint32_t>(message.serial);
        t.from_frame = static_cast<std::int64_t>(message.seed);
        t.hold_frame = message.arrival_nanoseconds;
        t.fail_frame = message.frequency_hz < 0 ? INT64_MAX : static_cast<std::int64_t>(message.frequency_hz);
        return t;
    }
};

}  // namespace forerun
