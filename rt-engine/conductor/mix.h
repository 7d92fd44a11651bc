// Gains of voices, of buses and of the master, as commands to the mixer.
//
// A voice's gain combines its instrument, its channel and mutes. The master volume follows the curve of a channel's volume
// (40 log10 dB).
#pragma once

#include <algorithm>
#include <cstdint>

#include "rt-engine/conductor/channels.h"
#include "rt-engine/conductor/outputs.h"
#include "rt-engine/conductor/stage.h"
#include "rt-engine/conductor/voice_sender.h"
#include "rt-engine/conductor/voice_table.h"
#include "shared/rig/gains.h"

namespace forerun {

// [conductor]
class Mix {
public:
    Mix(Stage& stage, const Channels& channels, VoiceTable& voices, VoiceSender& sender, Outputs& outputs)
        : stage_(stage), channels_(channels), voices_(voices), sender_(sender), outputs_(outputs) {}

    StereoGains gains_of(const ConductedVoice& voice) const {
        if (!stage_.mutes().is_heard(voice.instrument)) return {0, 0};
        return channels_[voice.master].gains(stage_.rig().instruments[voice.instrument]);
    }
    // The voice's, as they are now.
    void send(std::uint32_t slot, std::int64_t frame) { sender_.send_gains(slot, frame, gains_of(voices_[slot])); }

    // Instruments count from 1 in events; muted, 0 means all of them.
    void mute(const Event& event) {
        const bool silent = event.is_on();
        if (event.number > 0) {
            if (stage_.mutes().mute(event.number - 1u, silent)) send_all(event.frame);
            return;
        }
        stage_.mutes().mute_all(silent);
        send_master(event.frame);
    }
    void solo(const Event& event) {
        if (event.number > 0 && stage_.mutes().solo(event.number - 1u, event.is_on())) send_all(event.frame);
    }

    // 0 to 1.
    void set_master_volume(float volume, std::int64_t frame) {
        master_volume_ = std::clamp(volume, 0.0f, 1.0f);
        send_master(frame);
    }
    void reset_master_volume(std::int64_t frame) {
        if (master_volume_ != 1) set_master_volume(1, frame);
    }

    // Of buses and the whole, where the rig has others than before. (Voices: see Conductor::change_rig.)
    void change_rig(const Rig& before, std::int64_t frame) {
        const auto& rig = stage_.rig();
        for (std::size_t b = 0; b < rig.buses.size(); ++b) {
            if (rig.buses[b].gain_db == before.buses[b].gain_db) continue;
            MixerCommand command;
            command.kind = MixerCommandKind::bus_gain;
            command.frame = frame;
            command.bus = static_cast<std::uint16_t>(b);
            command.left = command.right = static_cast<float>(linear_gain(rig.buses[b].gain_db));
            outputs_.command(command);
        }
        if (rig.master_gain_db != before.master_gain_db) send_master(frame);
    }

private:
    void send_all(std::int64_t frame) {
        voices_.for_each([&](std::uint32_t slot, ConductedVoice&) { send(slot, frame); });
    }
    void send_master(std::int64_t frame) {
        MixerCommand command;
        command.kind = MixerCommandKind::master_gain;
        command.frame = frame;
        const double gain = linear_gain(stage_.rig().master_gain_db) * (master_volume_ * master_volume_);
        command.left = command.right = stage_.mutes().all_muted() ? 0 : static_cast<float>(gain);
        outputs_.command(command);
    }

    Stage& stage_;
    const Channels& channels_;
    VoiceTable& voices_;
    VoiceSender& sender_;
    Outputs& outputs_;
    double master_volume_ = 1;
};

}  // namespace forerun
