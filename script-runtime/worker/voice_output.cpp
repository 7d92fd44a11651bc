#include "script-runtime/worker/voice_output.h"

#include "script-runtime/host/rendered_quantum.h"
#include "script-runtime/worker/timeline_build.h"

namespace forerun {

void VoiceOutput::commit(WorkedVoice& voice, int frames, bool ended) {
    const auto quantum = voice.position;
    float peak = 0;
    const auto to = [&](std::uint32_t channel) { return voice.writer.samples(channel, quantum); };
    const bool is_sane = copy_rendered(host_, voice.channels, 0, frames, to, peak);
    state_.level(voice.note.slot, quantum / quantum_frames).store(peak, std::memory_order_relaxed);
    if (!is_sane && !voice.silenced) {
        voice.silenced = true;
        reports_.report(voice, WorkerReportKind::silenced, voice.start_frame + quantum, 0,
                        silenced_text(host_, *voice.instance, voice.channels, 0, frames));
    }
    voice.writer.commit(frames, ended);
    voice.position += frames;
    voice.ended = ended;
}

void VoiceOutput::publish(WorkedVoice& voice) {
    auto& word = state_.voice(voice.note.slot).word;
    TimelineBuild::name(state_, voice, voice.lane, voice.timeline, voice.note.arrival_nanoseconds);
    const VoiceWord next{WordState::published, voice.lane, voice.ring, voice.note.generation, voice.seam_frame};
    // Release: pairs with the mixer's take. It replaces a word of an old generation, which the mixer has released.
    word.store(next.packed(), std::memory_order_release);
    voice.published = true;
}

void VoiceOutput::fail(WorkedVoice& voice, const std::string& why) {
    reports_.report(voice, WorkerReportKind::error, voice.rendered_until(), 0, why);
    voice.writer.commit(0, true);
    voice.ended = voice.failed = true;
    voice.overdue.clear();
    if (!voice.published) publish(voice);
}

bool VoiceOutput::acknowledged(const WorkedVoice& voice) const {
    // Acquire: pairs with the mixer's release after its last read of the ring before.
    return state_.mixer_voice(voice.note.slot).acknowledged_timeline.load(std::memory_order_acquire) ==
           MixerVoiceLine::timeline(voice.seam_frame, voice.lane);
}

}  // namespace forerun
