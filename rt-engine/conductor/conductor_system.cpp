// What system exclusive messages change: everything back to the start, master volume.
#include "rt-engine/conductor/conductor.h"
#include "shared/rig/gains.h"

namespace forerun {

// As after switching on: every note is let go, channels know nothing, volume and tuning are usual. MPE zones stay: they are set
// up by the controller in the player's hands. The rig's parameters stay as well.
void Conductor::reset_system(const Event& event) {
    melodies_.forget_keys(all_channels);
    late_offs_.clear();
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.held || voice.sustained) sender_.release(slot, event.frame);
    });
    for (std::uint8_t c = 0; c < channels_.size(); ++c) {
        const auto in_zone = zones_.is_member(c) || zones_.is_used_master(c);
        const auto bend_range = in_zone ? channels_[c].bend_range : ChannelState{}.bend_range;
        channels_[c] = {};
        channels_[c].bend_range = bend_range;
        controllers_.control(c, 121, 0, [](const ControllerTarget&, float) {});
    }
    drums_.reset(static_cast<SystemReset>(event.number) == SystemReset::gs);
    tuning_.reset_master();
    retune(event.frame);
    if (master_volume_ == 1) return;
    master_volume_ = 1;
    send_master_gain(event.frame);
}

// The master volume goes by the curve of a channel's volume (40 log10 dB).
void Conductor::send_master_gain(std::int64_t frame) {
    MixerCommand command;
    command.kind = MixerCommandKind::master_gain;
    command.frame = frame;
    const double gain = linear_gain(rig_.master_gain_db) * (master_volume_ * master_volume_);
    command.left = command.right = mutes_.all_muted() ? 0 : static_cast<float>(gain);
    outputs_->command(command);
}

}  // namespace forerun
