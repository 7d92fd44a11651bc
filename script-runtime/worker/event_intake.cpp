#include "script-runtime/worker/event_intake.h"

#include <algorithm>

#include "shared/threads/single_writer.h"

namespace forerun {

void EventIntake::take(WorkedVoice& voice, const VoiceMessage& sent) {
    if (voice.failed) return;
    auto message = sent;
    if (voice.begun) voice.keep_audible(message, configuration_.rate_hz);
    const bool in_the_past = voice.begun && voice.frame_of(message) < voice.position;
    const bool rewinds = in_the_past && configuration_.rewind && !configuration_.offline && voice.rewindable &&
                         voice.timeline.published && !voice.checkpoints.empty();
    // Unused inputs do not trigger a rewind.
    const bool unseen =
        message.kind == VoiceMessageKind::time && voice.instance && !host_.looks_at_time(*voice.instance);
    if (rewinds && !unseen) return voice.overdue.push_back(message);
    if (in_the_past) message.frame = voice.rendered_until();
    const auto clock = state_.clock().frame();
    depth_.count_live(voice, message, clock);
    if (in_the_past && !voice.ended && !unseen) bump(line_.late_events);
    // Of a live voice also those that come in time: else only the slow ones would be in the figure.
    if ((in_the_past || depth_.is_live(voice, clock)) && !voice.ended && !unseen) count_waiting(message, clock);
    voice.add_event(message);
    if (voice.begun) reports_.log_message(voice, voice.timeline.number, message);
}

void EventIntake::count_waiting(const VoiceMessage& message, std::int64_t clock) {
    if (message.arrival_nanoseconds == 0) return;
    const double ahead = std::max(0.0, static_cast<double>(message.frame - clock));
    line_.waiting_nanoseconds.add(
        static_cast<std::uint64_t>(monotonic_nanoseconds() - message.arrival_nanoseconds +
                                   static_cast<std::int64_t>(1e9 * ahead / configuration_.rate_hz)));
}

void EventIntake::give_up_overdue(WorkedVoice& voice) {
    for (auto& message : voice.overdue) {
        bump(line_.late_events);
        message.frame = std::max(message.frame, voice.rendered_until());
        voice.add_event(message);
        reports_.log_message(voice, voice.timeline.number, message);
    }
    voice.overdue.clear();
}

void EventIntake::count_unplayed(const WorkedVoice& voice) {
    const auto is_cut_off = [&](std::int64_t frame) { return frame >= voice.stop.frame - stop_fade_frames; };
    for (const auto& message : voice.overdue)
        if (!is_cut_off(voice.frame_of(message))) bump(line_.late_events);
    const auto word = VoiceWord::unpacked(state_.voice(voice.note.slot).word.load(std::memory_order_relaxed));
    const bool never_taken = word.state == WordState::published && word.generation == voice.note.generation;
    if (voice.begun && never_taken && !is_cut_off(voice.timeline.seam_frame)) bump(line_.late_events);
}

// An event in time finds it ended, and misses nothing.
void EventIntake::count_gone(const VoiceMessage& message) {
    const bool heard = message.kind != VoiceMessageKind::stop && message.kind != VoiceMessageKind::time &&
                       message.kind != VoiceMessageKind::reload;
    if (heard && message.frame < state_.clock().frame()) bump(line_.late_events);
}

}  // namespace forerun
