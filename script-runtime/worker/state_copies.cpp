#include "script-runtime/worker/state_copies.h"

#include <algorithm>
#include <utility>

namespace forerun {

std::int32_t StateCopies::reach_frames(const Configuration& configuration) {
    // A replay, which is offline, may go back any way, and has time to copy.
    if (configuration.offline || !configuration.rewind) return 0;
    return static_cast<std::int32_t>(configuration.depth_frames + configuration.block_frames +
                                     most_checkpoint_spacing_frames + 8 * quantum_frames);
}

std::unique_ptr<Checkpoint> StateCopies::save(WorkedVoice& voice, bool outlasts) {
    auto copy = pool_.take();
    copy->frame = voice.position;
    if (player_.copy_state(voice, *copy, outlasts)) return copy;
    pool_.give_back(std::move(copy));

    voice.rewindable = false;
    if (!reported_not_rewindable_[voice.note.instrument]) {
        reported_not_rewindable_[voice.note.instrument] = true;
        reports_.report(voice, WorkerReportKind::fixed, voice.rendered_until(), 0, host_.error());
    }
    drop_all(voice);
    events_.give_up_overdue(voice);
    return nullptr;
}

void StateCopies::keep(WorkedVoice& voice, std::int64_t clock, bool rewinds) {
    if (!makes_copies_ || !voice.rewindable) {
        voice.forget_events_before(voice.position);
        return;
    }
    if (!voice.checkpoints.is_due(voice.position)) return;
    // What is rendered again is not the sound yet: until it has been taken, events may ask for a copy from before it.
    if (!rewinds) {
        auto reach = clock - voice.start_frame - replay_reach_frames_;
        if (voice.timeline.published && !output_.acknowledged(voice))
            reach = std::min(reach, voice.timeline.seam_frame);
        drop_old(voice, reach);
    }

    const auto began = monotonic_nanoseconds();
    auto copy = save(voice);
    if (!copy) return;
    const auto took = time_.read() - began;  // no part of the next quantum
    line_.checkpoint_nanoseconds.add(static_cast<std::uint64_t>(took));
    voice.checkpoints.count_cost(took);
    voice.checkpoints.add(std::move(copy));
    space(voice, clock);
}

void StateCopies::space(WorkedVoice& voice, std::int64_t clock) const {
    voice.checkpoints.space({usual_.nanoseconds(), depth_.rewind_rate(voice, clock), voice.depth.frames,
                             ahead_.depth_frames, configuration_.checkpoint_bytes, configuration_.rate_hz});
}

bool StateCopies::go_back(WorkedVoice& voice, std::int64_t frame, const std::vector<VoiceMessage>& messages) {
    voice.checkpoints.drop_after(frame, pool_);
    player_.tidy_instances(voice);
    const Checkpoint& copy = voice.checkpoints.newest();
    voice.go_back_to(copy.frame, messages);
    voice.quality = copy.quality;
    return player_.put_back(voice, copy);
}

bool StateCopies::return_to(WorkedVoice& voice, std::unique_ptr<Checkpoint> end) {
    const bool works = player_.put_back(voice, *end);
    voice.checkpoints.add(std::move(end));
    return works;
}

void StateCopies::drop_all(WorkedVoice& voice) {
    voice.checkpoints.drop_all(pool_);
    player_.tidy_instances(voice);
}

void StateCopies::drop_all_but_oldest(WorkedVoice& voice) {
    voice.checkpoints.drop_all_but_oldest(pool_);
    player_.tidy_instances(voice);
}

void StateCopies::drop_old(WorkedVoice& voice, std::int64_t frame) {
    voice.checkpoints.drop_before(frame, pool_);
    player_.tidy_instances(voice);
    if (!voice.checkpoints.empty()) voice.forget_events_before(voice.checkpoints.oldest().frame);
}

void StateCopies::drop_unusable(WorkedVoice& voice) {
    if (voice.checkpoints.drop_while([this](const Checkpoint& c) { return !player_.can_put_back(c); }, pool_))
        player_.tidy_instances(voice);
}

void StateCopies::let_go(WorkedVoice& voice) {
    player_.let_go(voice);
    voice.checkpoints.drop_all(pool_);
}

}  // namespace forerun
