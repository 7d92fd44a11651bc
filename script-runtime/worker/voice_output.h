// Writes a voice's rendered samples to its ring, with invalid ones silenced, and publishes its first timeline. Later ones:
// timeline_build.h.
#pragma once

#include <cstdint>
#include <string>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/worked_voice.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class VoiceOutput {
public:
    VoiceOutput(const WorkerSide& state, LuaHost& host, ReportSender& reports)
        : state_(state), host_(host), reports_(reports) {}

    // The host's quantum, or the first frames of one that failed. Replaces non-finite or out-of-range samples with silence.
    void commit(WorkedVoice& voice, int frames, bool ended);
    void publish(WorkedVoice& voice);
    // The script failed, or is too slow: what is in the ring is played, then the mixer lets the last sample decay.
    void fail(WorkedVoice& voice, const std::string& why);
    ReaderLines readers_of(const WorkedVoice& voice) const { return state_.readers(voice.note.slot, voice.attached()); }
    // No reader reads the voice's other ring.
    bool acknowledged(const WorkedVoice& voice) const {
        return readers_of(voice).acknowledged(voice.word(WordState::taken));
    }

private:
    const WorkerSide& state_;
    LuaHost& host_;
    ReportSender& reports_;
};

}  // namespace forerun
