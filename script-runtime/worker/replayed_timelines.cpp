#include "script-runtime/worker/replayed_timelines.h"

#include <algorithm>

#include "script-runtime/worker/timeline_build.h"

namespace forerun {
namespace {

std::int64_t voice_frame(const WorkedVoice& voice, std::int64_t frame) {
    return frame == INT64_MAX ? frame : frame - voice.start_frame;
}

}  // namespace

bool ReplayedTimelines::take(WorkedVoice& voice, const VoiceMessage& message) {
    if (message.kind == VoiceMessageKind::stop) return false;
    if (message.kind == VoiceMessageKind::timeline) {
        voice.replay.timeline = ReplayedTimeline::unpacked(message);
        voice.replay.messages.clear();
    } else {
        voice.replay.messages.push_back(message);
    }
    if (voice.replay.timeline && voice.replay.messages.size() == voice.replay.timeline->messages) apply(voice);
    return true;
}

void ReplayedTimelines::apply(WorkedVoice& voice) {
    const auto timeline = *voice.replay.timeline;
    voice.replay.timeline.reset();
    if (timeline.kind == ReplayedTimeline::Kind::first) return begin_first(voice, timeline);

    // What the log says may never have been: a voice that is taken back before it was ever rendered.
    if ((!voice.begun && !service_.rendering.begin(voice, state_.clock().frame())) || !voice.instance) return;
    const bool skips = timeline.kind == ReplayedTimeline::Kind::skip;
    const auto seam = voice_frame(voice, timeline.seam_frame);
    const auto first_written = seam / quantum_frames * quantum_frames;
    const auto state_from = skips ? voice_frame(voice, timeline.from_frame) : first_written;
    bool works = go_back(voice, state_from);
    voice.replay.fail_frame = voice_frame(voice, timeline.fail_frame);
    works = works && render_state(voice, state_from);
    if (skips) voice.skip_to(first_written);
    if (!timeline.heard) {
        voice.position = first_written;
        return service_.copies.drop_all(voice);
    }

    // Acquire: pairs with the mixer's take.
    const auto word = state_.voice(voice.note.slot).word.load(std::memory_order_acquire);
    TimelineBuild build(state_, voice, word, seam, service_.spare_ring);
    voice.position = first_written;
    voice.replay.hold_frame = voice_frame(voice, timeline.hold_frame);
    voice.replay.may_end = timeline.ends;
    if (skips) service_.copies.drop_all(voice);
    if (!works) {
        build.writer().commit(0, true);
        voice.ended = true;
    }
    // The replay's clock stands still: no reader takes anything meanwhile.
    if (build.publish(voice.note.arrival_nanoseconds)) voice.timeline.published = true;
}

void ReplayedTimelines::begin_first(WorkedVoice& voice, const ReplayedTimeline& timeline) {
    voice.replay.may_end = timeline.ends;
    voice.replay.hold_frame = std::max<std::int64_t>(1, voice_frame(voice, timeline.hold_frame));
    voice.replay.fail_frame = voice_frame(voice, timeline.fail_frame);
    for (const auto& message : voice.replay.messages) voice.add_event(message);
}

bool ReplayedTimelines::go_back(WorkedVoice& voice, std::int64_t state_from) {
    auto back_to = std::min(voice.position, state_from);
    for (const auto& message : voice.replay.messages)
        back_to = std::min(back_to, voice.frame_of(message) / quantum_frames * quantum_frames);
    if (back_to < voice.position)
        return !voice.checkpoints.empty() && service_.copies.go_back(voice, back_to, voice.replay.messages);
    for (const auto& message : voice.replay.messages) voice.add_event(message);
    return true;
}

bool ReplayedTimelines::render_state(WorkedVoice& voice, std::int64_t until) {
    host_.set_quiet(true);
    bool works = true;
    while (works && voice.position < until && !thread_.stopping()) {
        service_.copies.keep(voice, state_.clock().frame());
        bool is_done = false;
        if ((works = service_.player.render(voice, is_done))) voice.position += quantum_frames;
    }
    host_.set_quiet(false);
    return works;
}

}  // namespace forerun
