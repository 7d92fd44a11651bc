// What system exclusive messages change: everything back to the start, master volume, which channels play drums.
#include <algorithm>

#include "rt-engine/conductor/conductor.h"
#include "shared/rig/gains.h"

namespace forerun {

// As after switching on: every note is let go, channels know nothing, volume and tuning are usual. MPE zones stay: they are set
// up by the controller in the player's hands. The rig's parameters stay as well.
void Conductor::reset_system(const Event& event) {
    forget_keys(all_channels);
    late_offs_.clear();
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.held || voice.sustained) release_voice(slot, event.frame);
    });
    for (std::uint8_t c = 0; c < channels_.size(); ++c) {
        const auto in_zone = zones_.is_member(c) || zones_.is_used_master(c);
        const auto bend_range = in_zone ? channels_[c].bend_range : ChannelState{}.bend_range;
        channels_[c] = {};
        channels_[c].bend_range = bend_range;
        controllers_.control(c, 121, 0, [](const ControllerTarget&, float) {});
    }
    drums_ = usual_drums;
    drums_by_bank_ = 0;
    banks_are_sounds_ = static_cast<SystemReset>(event.number) == SystemReset::gs;
    master_fine_keys_ = master_coarse_keys_ = 0;
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

void Conductor::set_drums(std::uint8_t channel, bool drums) {
    const auto bit = static_cast<std::uint16_t>(1u << channel);
    drums_ = static_cast<std::uint16_t>(drums ? drums_ | bit : drums_ & ~bit);
    drums_by_bank_ = static_cast<std::uint16_t>(drums_by_bank_ & ~bit);
}

// XG has its drums in banks 127 and 126 (high part), General MIDI 2 in 120; in GS they are sounds. A rig that has such a bank
// itself means something else by it.
void Conductor::choose_drums_by_bank(std::uint8_t channel) {
    const auto bank = channels_[channel].bank;
    const auto high = bank >> 7;
    const bool is_drums = !banks_are_sounds_ && (high == 127 || high == 126 || high == 120);
    const bool was = (drums_by_bank_ >> channel & 1) != 0;
    if (is_drums) {
        for (const auto& i : rig_.instruments)
            if (i.rig == used_rig_ && i.bank == bank && (i.channel_mask >> channel & 1) != 0) return;
        if ((drums_ >> channel & 1) != 0) return;
        set_drums(channel, true);
        drums_by_bank_ = static_cast<std::uint16_t>(drums_by_bank_ | 1u << channel);
    } else if (was) {
        set_drums(channel, false);
    }
}

// The channel whose instruments play a channel's notes: one that became drums is played as channel 10, and channel 10 that
// became none as the next one whose instruments have programs. Where a rig has nobody there, all stays as it is.
std::uint8_t Conductor::part_of(std::uint8_t channel) const {
    const bool drums = (drums_ >> channel & 1) != 0;
    constexpr std::uint8_t drum_channel = 9;
    if (drums == (channel == drum_channel)) return channel;
    const auto has = [&](std::uint8_t c, bool programs) {
        return std::any_of(rig_.instruments.begin(), rig_.instruments.end(), [&](const InstrumentDescription& i) {
            return i.rig == used_rig_ && (i.channel_mask >> c & 1) != 0 && (!programs || i.chooses_by_program());
        });
    };
    if (drums) return has(drum_channel, false) ? drum_channel : channel;
    for (std::uint8_t other = 1; other < channels_.size(); ++other)
        if (const auto c = static_cast<std::uint8_t>((channel + other) % channels_.size()); has(c, true)) return c;
    return channel;
}

}  // namespace forerun
