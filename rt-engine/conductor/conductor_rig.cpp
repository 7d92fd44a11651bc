// The rig's file, or a script's defaults, have changed while it plays: an event like any other, of which mixer and voices get
// commands and messages, so that a log has all of it.
#include <utility>

#include "rt-engine/conductor/conductor.h"
#include "shared/rig/gains.h"

namespace forerun {

void Conductor::offer(std::shared_ptr<const Rig> rig) { offered_rigs_.enqueue(std::move(rig)); }

void Conductor::change_rig(const Event& event) {
    const auto frame = event.frame;
    std::shared_ptr<const Rig> next;
    if (!offered_rigs_.try_dequeue(next)) return;
    sender_.set_arrival(0);  // nobody waits for it with a key in hand
    auto changed = *next;
    rig_before_ = std::exchange(rig_, std::move(changed));
    if (static_cast<RigChangeOf>(event.number) == RigChangeOf::file) versions_.parameters_stay();
    controllers_.change(rig_.mappings);
    presets_.change(rig_.presets);
    for (std::uint16_t i = 0; i < rig_.instruments.size(); ++i) take_values(i, frame);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        const auto& now = rig_.instruments[voice.instrument];
        const auto& before = rig_before_.instruments[voice.instrument];
        voice.priority = now.priority;
        if (now.gain_db != before.gain_db || now.pan != before.pan) send_gains(slot, frame);
        if (now.bend_range != before.bend_range)
            sender_.send(slot, VoiceMessageKind::bend, frame, value_for(VoiceMessageKind::bend, voice));
    });
    for (std::size_t b = 0; b < rig_.buses.size(); ++b) {
        if (rig_.buses[b].gain_db == rig_before_.buses[b].gain_db) continue;
        MixerCommand command;
        command.kind = MixerCommandKind::bus_gain;
        command.frame = frame;
        command.bus = static_cast<std::uint16_t>(b);
        command.left = command.right = static_cast<float>(linear_gain(rig_.buses[b].gain_db));
        outputs_->command(command);
    }
    if (rig_.master_gain_db != rig_before_.master_gain_db) send_master_gain(frame);
}

// What nobody has moved is what the rig and its scripts say.
void Conductor::take_values(std::uint16_t instrument, std::int64_t frame) {
    parameters_.follow(instrument, rig_.instruments[instrument].parameters, [&](std::uint16_t parameter, float value) {
        voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
            if (voice.instrument == instrument)
                sender_.send(slot, VoiceMessageKind::parameter, frame, value, parameter);
        });
    });
}

}  // namespace forerun
