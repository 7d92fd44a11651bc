#include "script-runtime/worker/voice_output.h"

#include <cassert>

#include "script-runtime/host/rendered_quantum.h"
#include "script-runtime/worker/timeline_build.h"

namespace forerun {

void VoiceOutput::commit(WorkedVoice& voice, int frames, bool ended) {
    const auto quantum = voice.position;
    float peak = 0;
    // A quantum lies in one piece, and no visit goes beyond what the ring holds behind the clock.
    [[maybe_unused]] const auto space =
        voice.timeline.writer.reserve(frames, state_.clock().frame() - voice.start_frame);
    assert(space.first.frames == frames);
    const auto to = [&](std::uint32_t channel) { return voice.timeline.writer.samples(channel, quantum); };
    const bool is_sane = copy_rendered(host_, voice.channels, 0, frames, to, peak);
    state_.level(voice.note.slot, quantum / quantum_frames).store(peak, std::memory_order_relaxed);
    if (!is_sane && !voice.silenced) {
        voice.silenced = true;
        reports_.report(voice, WorkerReportKind::silenced, voice.start_frame + quantum, 0,
                        silenced_text(host_, *voice.instance, voice.channels, 0, frames));
    }
    voice.timeline.writer.commit(frames, ended);
    voice.position += frames;
    voice.ended = ended;
}

void VoiceOutput::publish(WorkedVoice& voice) {
    auto& word = state_.voice(voice.note.slot).word;
    TimelineBuild::name(state_, voice, voice.timeline.lane, voice.timeline.number, voice.note.arrival_nanoseconds);
    // Release: pairs with a reader's take. It replaces a word of an old generation, which all readers have released.
    word.store(voice.word(WordState::published).packed(), std::memory_order_release);
    voice.timeline.published = true;
}

void VoiceOutput::fail(WorkedVoice& voice, const std::string& why) {
    reports_.report(voice, WorkerReportKind::error, voice.rendered_until(), 0, why);
    voice.timeline.writer.commit(0, true);
    voice.ended = voice.failed = true;
    voice.overdue.clear();
    if (!voice.timeline.published) publish(voice);
}

}  // namespace forerun
