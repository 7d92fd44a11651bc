// Copies of a voice's state, while it is rendered: when one is made, which are kept, and going back to one.
#include <algorithm>

#include "script-runtime/worker/worker.h"

namespace forerun {

std::int32_t Worker::reach_frames(const Configuration& configuration) {
    // A replay, which is offline, may go back any way, and has time to copy.
    if (configuration.offline || !configuration.rewind) return 0;
    return static_cast<std::int32_t>(configuration.depth_frames + configuration.block_frames +
                                     most_checkpoint_spacing_frames + 8 * quantum_frames);
}

std::unique_ptr<Checkpoint> Worker::save(WorkedVoice& voice, bool outlasts) {
    auto checkpoint = checkpoint_pool_.take();
    checkpoint->frame = voice.position;
    if (player_->copy_state(voice, *checkpoint, outlasts)) return checkpoint;
    checkpoint_pool_.give_back(std::move(checkpoint));

    voice.rewindable = false;
    if (!told_fixed_[voice.note.instrument]) {
        told_fixed_[voice.note.instrument] = true;
        reports_.report(voice, WorkerReportKind::fixed, voice.rendered_until(), 0, host_->error());
    }
    drop_checkpoints(voice);
    give_up_overdue(voice);
    return nullptr;
}

// Before a quantum is rendered: a copy every spacing, and none older than what an event may still ask for.
void Worker::keep_checkpoint(WorkedVoice& voice, std::int64_t clock, bool rewinds) {
    const bool copies = replay_reach_frames_ || (configuration_.rewind && !configuration_.offline);
    if (!copies || !voice.rewindable) {
        voice.forget_events_before(voice.position);
        return;
    }
    if (!voice.checkpoints.is_due(voice.position)) return;
    // What is rendered again is not the sound yet: until it has been taken, events may ask for a copy from before it.
    if (!rewinds) {
        auto reach = clock - voice.start_frame - replay_reach_frames_.value_or(0);
        if (voice.published && !acknowledged(voice)) reach = std::min(reach, voice.seam_frame);
        drop_old_checkpoints(voice, reach);
    }

    const auto began = monotonic_nanoseconds();
    auto checkpoint = save(voice);
    if (!checkpoint) return;
    now_ = monotonic_nanoseconds();  // no part of the next quantum
    const auto took = now_ - began;
    line_.checkpoint_nanoseconds.add(static_cast<std::uint64_t>(took));
    voice.checkpoints.count_cost(took);
    voice.checkpoints.add(std::move(checkpoint));
    space_checkpoints(voice, clock);
}

void Worker::space_checkpoints(WorkedVoice& voice, std::int64_t clock) {
    voice.checkpoints.space({quantum_nanoseconds_, depth_.rewind_rate(voice, clock), voice.depth_frames,
                             ahead_.depth_frames, configuration_.checkpoint_bytes, configuration_.rate_hz});
}

void Worker::drop_checkpoints(WorkedVoice& voice) {
    voice.checkpoints.drop_all(checkpoint_pool_);
    player_->tidy_instances(voice);
}

// Those that no event may ask for any more, with the events that are in them.
void Worker::drop_old_checkpoints(WorkedVoice& voice, std::int64_t frame) {
    voice.checkpoints.drop_before(frame, checkpoint_pool_);
    player_->tidy_instances(voice);
    if (!voice.checkpoints.empty()) voice.forget_events_before(voice.checkpoints.oldest().frame);
}

void Worker::drop_unusable_checkpoints(WorkedVoice& voice) {
    if (voice.checkpoints.drop_while([this](const Checkpoint& c) { return !player_->can_put_back(c); },
                                     checkpoint_pool_))
        player_->tidy_instances(voice);
}

// To the newest copy at or before a voice frame, with these messages among those to come. False: the state could not be put
// back.
bool Worker::go_back(WorkedVoice& voice, std::int64_t frame, const std::vector<VoiceMessage>& messages) {
    voice.checkpoints.drop_after(frame, checkpoint_pool_);
    player_->tidy_instances(voice);
    const Checkpoint& checkpoint = voice.checkpoints.newest();
    voice.go_back_to(checkpoint.frame, messages);
    voice.quality = checkpoint.quality;
    return player_->put_back(voice, checkpoint);
}

}  // namespace forerun
