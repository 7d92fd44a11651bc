// Runs one voice's script: starts it, renders it quantum by quantum with its events, copies and restores its state. Everything
// depends on the voice and its events alone, not on timing.
//
// A reload is an event like any other: at its frame an instance of the new version takes the state over (lua/carry.lua), and
// the voice crossfades to it, with equal power, in 20 ms. Both run meanwhile, and both are in every checkpoint; the old one is
// released when no checkpoint refers to it.
#pragma once

#include <cstdint>
#include <span>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/script_versions.h"
#include "script-runtime/worker/worked_voice.h"
#include "shared/configuration.h"

namespace forerun {

// Belongs to the worker's thread. What fails in a script says why in the host's error().
class VoicePlayer {
public:
    VoicePlayer(LuaHost& host, const ScriptVersions& versions, const Rig& rig, const Configuration& configuration,
                ReportSender& reports)
        : host_(host), versions_(versions), rig_(rig), configuration_(configuration), reports_(reports) {}

    // Each false when it failed.
    bool take_instance(WorkedVoice& voice);
    bool start(WorkedVoice& voice, std::span<const float> start_parameters);
    // The quantum at the voice's position, into the host's buffers, as many channels as the voice has. False: the script
    // failed, behind the first part_frames().
    bool render(WorkedVoice& voice, bool& is_done);
    int part_frames() const { return part_frames_; }
    // The version that plays, or that the note asks for.
    const ScriptVersion& version_of(const WorkedVoice& voice) const;

    // `outlasts`: other frames may be rendered from before it, and then it is put back. False: the state cannot be copied.
    bool copy_state(WorkedVoice& voice, Checkpoint& checkpoint, bool outlasts);
    bool can_put_back(const Checkpoint& checkpoint) const;
    bool put_back(WorkedVoice& voice, const Checkpoint& checkpoint);

    // Gives instances back that no checkpoint leads to any more: whenever one was dropped.
    void tidy_instances(WorkedVoice& voice);
    void let_go(WorkedVoice& voice);  // it is over: of all instances, and of what checkpoints hold of Lua

private:
    Instance* take(WorkedVoice& voice, std::uint16_t version);
    bool render_part(WorkedVoice& voice, std::int64_t quantum, int first, int frames);
    bool render_instance(const WorkedVoice& voice, Instance& instance, std::int64_t quantum, int first, int frames);
    bool apply(WorkedVoice& voice, const VoiceMessage& message, std::int64_t frame);
    bool apply_to(Instance& instance, const WorkedVoice& voice, const VoiceMessage& message);
    void set_pitch(WorkedVoice& voice, std::int64_t frame);
    void set_parameter(Instance& instance, std::uint16_t instrument, std::uint16_t index, double value);
    void reload(WorkedVoice& voice, std::uint16_t version, std::int64_t frame);
    void end_fade(WorkedVoice& voice);

    LuaHost& host_;
    const ScriptVersions& versions_;
    const Rig& rig_;
    const Configuration& configuration_;
    ReportSender& reports_;
    int part_frames_ = 0;  // of the quantum that render() was in last
};

}  // namespace forerun
