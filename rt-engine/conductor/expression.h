// Sends a voice the pitch of its key and its continuous controls (bend, pressure, see voice_controls.h), worked out from its
// instrument and channels. Gains: see mix.h.
#pragma once

#include <cstdint>

#include "rt-engine/conductor/channels.h"
#include "rt-engine/conductor/stage.h"
#include "rt-engine/conductor/voice_sender.h"
#include "rt-engine/conductor/voice_table.h"

namespace forerun {

// [conductor]
class Expression {
public:
    Expression(const Stage& stage, const Channels& channels, VoiceTable& voices, VoiceSender& sender)
        : stage_(stage), channels_(channels), voices_(voices), sender_(sender) {}

    double key_hz(const ConductedVoice& voice, int key) const {
        return channels_.key_hz(instrument_of(voice), voice.channel, key);
    }

    // The voice's, as it is now.
    void send(std::uint32_t slot, VoiceControl control, std::int64_t frame) {
        sender_.send(slot, frame, control, value(control, voices_[slot]));
    }
    void send_all(std::uint8_t channel, VoiceControl control, std::int64_t frame) {
        voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
            if (voice.listens_to(channel)) send(slot, control, frame);
        });
    }
    // To a voice that begins: values that differ from its defaults.
    void begin(std::uint32_t slot, std::int64_t frame) {
        for (const auto control : all_voice_controls)
            if (value(control, voices_[slot]) != description_of(control).voice_rest) send(slot, control, frame);
    }
    // To a voice that belongs to the note of another channel now.
    void change_channel(std::uint32_t slot, std::int64_t frame) {
        for (const auto control : all_voice_controls)
            if (description_of(control).is_of_note) send(slot, control, frame);
    }

private:
    const InstrumentDescription& instrument_of(const ConductedVoice& voice) const {
        return stage_.rig().instruments[voice.instrument];
    }
    double value(VoiceControl control, const ConductedVoice& voice) const {
        return channels_.value(control, voice, instrument_of(voice));
    }

    const Stage& stage_;
    const Channels& channels_;
    VoiceTable& voices_;
    VoiceSender& sender_;
};

}  // namespace forerun
