// A replay: the worker does again what a session log says that it did, and what the mixer heard of it.
//
// The conductor of a replay (rt-engine/session/session_replay.h) knows what is to come: it tells a voice each timeline that was heard
// late or after an underrun, with all messages on it, when the mixer is about to take it. What was heard in time needs no
// rewind: a voice that knows its events sounds the same.
#include <algorithm>

#include "script-runtime/worker/worker.h"

namespace forerun {

bool Worker::take_told(WorkedVoice& voice, const VoiceMessage& message) {
    if (message.kind == VoiceMessageKind::stop) return false;
    if (message.kind == VoiceMessageKind::timeline) {
        voice.told = ReplayedTimeline::unpacked(message);
        voice.told_messages.clear();
    } else {
        voice.told_messages.push_back(message);
    }
    if (voice.told && voice.told_messages.size() == voice.told->messages) obey(voice);
    return true;
}

void Worker::obey(WorkedVoice& voice) {
    const auto told = *voice.told;
    const auto limit_of = [&](std::int64_t frame) { return frame == INT64_MAX ? frame : frame - voice.start_frame; };
    voice.told.reset();
    if (told.kind == ReplayedTimeline::Kind::first) {
        voice.may_end = told.ends;
        voice.hold_frame = std::max<std::int64_t>(1, limit_of(told.hold_frame));
        voice.fail_frame = limit_of(told.fail_frame);
        for (const auto& message : voice.told_messages) voice.add_event(message);
        return;
    }

    // What the log says may never have been: a voice that is taken back before it was ever rendered.
    if ((!voice.begun && !begin(voice, state_.clock().frame())) || !voice.instance) return;
    const bool skips = told.kind == ReplayedTimeline::Kind::skip;
    const auto seam = limit_of(told.seam_frame);
    const auto first_written = seam / quantum_frames * quantum_frames;
    const auto state_from = skips ? limit_of(told.from_frame) : first_written;
    std::int64_t first_message = voice.position;
    for (const auto& message : voice.told_messages)
        first_message = std::min(first_message, voice.frame_of(message) / quantum_frames * quantum_frames);
    const auto back_to = std::min(first_message, state_from);
    bool works = true;
    if (back_to < voice.position) {
        works = !voice.checkpoints.empty() && go_back(voice, back_to, voice.told_messages);
    } else {
        for (const auto& message : voice.told_messages) voice.add_event(message);
    }
    voice.fail_frame = limit_of(told.fail_frame);

    // For the state alone.
    host_->set_quiet(true);
    while (works && voice.position < state_from && !thread_.stopping()) {
        keep_checkpoint(voice, state_.clock().frame());
        bool is_done = false;
        if ((works = player_->render(voice, is_done))) voice.position += quantum_frames;
    }
    host_->set_quiet(false);
    if (skips) voice.skip_to(first_written);
    if (!told.heard) {
        voice.position = first_written;
        return drop_checkpoints(voice);
    }

    voice.playing_lane = voice.lane;
    voice.lane = voice.free_lane();
    std::swap(voice.ring, voice.other_ring);
    voice.seam_frame = seam;
    voice.position = first_written;
    voice.hold_frame = limit_of(told.hold_frame);
    voice.may_end = told.ends;
    voice.writer =
        RingWriter(state_.ring(voice.ring), state_.voice(voice.note.slot).written[voice.lane], first_written);
    if (skips) drop_checkpoints(voice);
    if (!works) {
        voice.writer.commit(0, true);
        voice.ended = true;
    }
    publish(voice);
}

}  // namespace forerun
