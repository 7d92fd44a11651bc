// Monophonic instruments, and pitch glides from note to note.
//
// Only the newest key sounds. In legato mode a held voice moves to the new key; otherwise a new voice starts and sounding ones
// are stopped. When the newest key is released, the one pressed before it that is still down sounds again, without a new start.
#pragma once

#include <cstdint>
#include <optional>

#include "rt-engine/conductor/expression.h"
#include "rt-engine/conductor/horizon.h"
#include "rt-engine/conductor/mono_lines.h"

namespace forerun {

// [conductor] Notes are events: on or off.
class Melodies {
public:
    Melodies(Stage& stage, const Channels& channels, Expression& expression, VoiceTable& voices, VoiceSender& sender,
             Horizon& horizon, double rate_hz)
        : stage_(stage),
          channels_(channels),
          expression_(expression),
          voices_(voices),
          sender_(sender),
          horizon_(horizon),
          rate_hz_(rate_hz),
          lines_(stage.rig().instruments.size()) {}

    // A key for an instrument that plays one note at a time. True: the voice that sounds plays it; false: it begins its own.
    bool take_over(const Event& on, std::uint16_t instrument, NoteMode mode);
    // The voice has just been started for this key: its pitch may come from another.
    void begin(std::uint32_t slot, std::uint8_t key, std::int64_t frame) { slide_to(slot, key, frame, true); }
    // The key before comes back, in every melody whose newest it was.
    void let_go(const Event& off);
    // Letting it go now would bring the key before back, after a note of no length.
    bool is_too_short(const Event& off) const;

    // Channel, or all_channels.
    void forget_keys(std::uint8_t channel) { lines_.forget_keys(channel); }
    // Sounding notes follow the tuning of their channels, those that slide, too.
    void retune(const ChannelTuning::Ratios& moved_by, std::int64_t frame);

private:
    std::optional<std::uint32_t> held_voice(const MelodyLine& line, std::int64_t frame);
    void go_to_key(std::uint32_t slot, MelodyLine::Key key, std::int64_t frame);
    void slide_to(std::uint32_t slot, std::uint8_t key, std::int64_t frame, bool is_new);

    Stage& stage_;
    const Channels& channels_;
    Expression& expression_;
    VoiceTable& voices_;
    VoiceSender& sender_;
    Horizon& horizon_;
    const double rate_hz_;
    MonoLines lines_;
};

}  // namespace forerun
