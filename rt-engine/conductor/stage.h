// Stage control: parameters and the controllers that move them, presets, rigs of a set, mutes; and changes from reloaded rigs
// and scripts.
//
// It sends parameters and versions to voices. Gains and bends also depend on channels, so the conductor sends those.
#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <cstdint>
#include <memory>

#include "rt-engine/conductor/conductor_view.h"
#include "rt-engine/conductor/controller_map.h"
#include "rt-engine/conductor/mutes.h"
#include "rt-engine/conductor/parameter_table.h"
#include "rt-engine/conductor/played_versions.h"
#include "rt-engine/conductor/preset_list.h"
#include "rt-engine/conductor/voice_sender.h"
#include "rt-engine/conductor/voice_table.h"
#include "shared/messages/report.h"
#include "shared/rig/rig.h"

namespace forerun {

// [conductor]
class Stage {
public:
    Stage(SharedState& state, const Rig& rig, VoiceTable& voices, VoiceSender& sender, ConductorView& view);

    const Rig& rig() const { return rig_; }
    std::uint16_t used_rig() const { return used_rig_; }
    Mutes& mutes() { return mutes_; }
    const Mutes& mutes() const { return mutes_; }
    const ParameterTable& parameters() const { return parameters_; }
    std::uint16_t version_of(std::uint16_t instrument) const { return versions_[instrument]; }

    // ---- Events
    void move_parameter(const Event& event);
    // Moves what is mapped to the controller.
    void control(std::uint8_t channel, const Event& event);
    void forget_controllers(std::uint8_t channel);
    void learn(const Event& event);
    // part: the channel whose instruments play the event's. It may be for the set, for an instrument, or recall a preset.
    void change_program(const Event& event, std::uint8_t part);
    void recall(std::size_t preset, std::int64_t frame);
    void keep_preset(std::size_t number);
    // Voices of the rig before ring on: their keys and pedals are theirs still.
    void use_rig(std::size_t number);
    // Every worker has made the version ready.
    void reload(const Event& event);

    // A note of a newer version has failed: the next ones play what has worked.
    void go_back_from(const WorkerReport& report, std::int64_t clock);

    // What the next change_rig event brings; as many instruments, parameters and buses as there are. [any thread]
    void offer(std::shared_ptr<const Rig> rig) { offered_rigs_.enqueue(std::move(rig)); }
    // Takes it; the rig that was, or none when nothing was offered.
    const Rig* change_rig(const Event& event);

private:
    void move(ParameterTable::Place place, float value, std::int64_t frame);
    void follow_rig(std::uint16_t instrument, std::int64_t frame);
    void send_parameter(ParameterTable::Place place, float value, std::int64_t frame);

    Rig rig_;
    Rig rig_before_;  // the newest change
    moodycamel::ConcurrentQueue<std::shared_ptr<const Rig>> offered_rigs_;
    VoiceTable& voices_;
    VoiceSender& sender_;
    ConductorView& view_;
    ControllerMap controllers_;
    ParameterTable parameters_;
    PresetList presets_;
    Mutes mutes_;
    PlayedVersions versions_;
    std::uint16_t used_rig_ = 0;  // of a set
};

}  // namespace forerun
