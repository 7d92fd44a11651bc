// Copies of a voice's state, while it is rendered: when one is made, which are kept, and going back to one.
#include <algorithm>

#include "script-runtime/worker/checkpoint_spacing.h"
#include "script-runtime/worker/worker.h"

namespace forerun {

std::int32_t Worker::reach_frames(const Configuration& configuration) {
    // A replay may go back any way, and has time to copy.
    if (configuration.replays || configuration.offline || !configuration.rewind) return 0;
    return static_cast<std::int32_t>(configuration.depth_frames + configuration.block_frames +
                                     most_checkpoint_spacing_frames + 8 * quantum_frames);
}

std::unique_ptr<Checkpoint> Worker::save(WorkedVoice& voice, bool outlasts) {
    std::unique_ptr<Checkpoint> checkpoint;
    if (unused_checkpoints_.empty()) {
        checkpoint = std::make_unique<Checkpoint>();
    } else {
        checkpoint = std::move(unused_checkpoints_.back());
        unused_checkpoints_.pop_back();
    }
    checkpoint->frame = voice.position;
    if (copy_state(voice, *checkpoint, outlasts)) return checkpoint;
    unused_checkpoints_.push_back(std::move(checkpoint));

    voice.rewindable = false;
    if (!told_fixed_[voice.note.instrument]) {
        told_fixed_[voice.note.instrument] = true;
        reports_.report(voice, WorkerReportKind::fixed, voice.rendered_until(), 0, host_->error());
    }
    drop_checkpoints(voice, 0, voice.checkpoints.size());
    give_up_overdue(voice);
    return nullptr;
}

// Before a quantum is rendered: a copy every spacing, and none older than what an event may still ask for.
void Worker::keep_checkpoint(WorkedVoice& voice, std::int64_t clock, bool rewinds) {
    const bool copies = configuration_.replays || (configuration_.rewind && !configuration_.offline);
    if (!copies || !voice.rewindable) {
        voice.forget_events_before(voice.position);
        return;
    }
    auto& all = voice.checkpoints;
    if (!all.empty() && voice.position < all.back()->frame + voice.checkpoint_spacing_frames) return;
    // What is rendered again is not the sound yet: until it has been taken, events may ask for a copy from before it.
    if (!rewinds) {
        auto reach = clock - voice.start_frame - configuration_.replay_reach_frames;
        if (voice.published && !acknowledged(voice)) reach = std::min(reach, voice.seam_frame);
        drop_old_checkpoints(voice, reach);
    }

    const auto began = monotonic_nanoseconds();
    auto checkpoint = save(voice);
    if (!checkpoint) return;
    now_ = monotonic_nanoseconds();  // no part of the next quantum
    const auto took = now_ - began;
    line_.checkpoint_nanoseconds.add(static_cast<std::uint64_t>(took));
    // A stretch in which the system ran something else counts little.
    const auto nanoseconds = static_cast<double>(took);
    auto& usual = voice.checkpoint_nanoseconds;
    usual = usual == 0 ? std::min(nanoseconds, 1e4) : usual + 0.2 * (std::min(nanoseconds, 4 * usual) - usual);
    all.push_back(std::move(checkpoint));
    space_checkpoints(voice, clock);
}

// As close as the time and their share of the memory allow.
void Worker::space_checkpoints(WorkedVoice& voice, std::int64_t clock) {
    if (voice.checkpoints.empty() || quantum_nanoseconds_ == 0) return;
    const auto by_time =
        checkpoint_spacing_frames(voice.checkpoint_nanoseconds / std::max(quantum_nanoseconds_, 200.0),
                                  rewind_rate(voice, clock), voice.depth_frames, configuration_.rate_hz);
    const auto bytes = voice.checkpoints.back()->arena_bytes + 1024u;
    const auto most = std::max<std::uint64_t>(4, configuration_.checkpoint_bytes / bytes) - 2;
    const auto by_memory = depth_frames_ / static_cast<std::int64_t>(most);
    voice.checkpoint_spacing_frames = std::min(std::max(by_memory, by_time), most_checkpoint_spacing_frames);
}

void Worker::drop_checkpoints(WorkedVoice& voice, std::size_t first, std::size_t count) {
    const auto from = voice.checkpoints.begin() + static_cast<std::ptrdiff_t>(first);
    const auto to = from + static_cast<std::ptrdiff_t>(count);
    for (auto checkpoint = from; checkpoint != to; ++checkpoint) {
        if (voice.over) host_->forget_checkpoint(**checkpoint);
        if (voice.over && (*checkpoint)->leaving) host_->forget_checkpoint(*(*checkpoint)->leaving);
        unused_checkpoints_.push_back(std::move(*checkpoint));
    }
    voice.checkpoints.erase(from, to);
    if (voice.instances.size() > 1 && !voice.over) tidy_instances(voice);
}

// All but the newest of those from which a voice frame can be reached, with the events that are in them.
void Worker::drop_old_checkpoints(WorkedVoice& voice, std::int64_t frame) {
    auto& all = voice.checkpoints;
    std::size_t old = 0;
    while (old + 1 < all.size() && all[old + 1]->frame <= frame) ++old;
    drop_checkpoints(voice, 0, old);
    if (!all.empty()) voice.forget_events_before(all.front()->frame);
}

void Worker::drop_unusable_checkpoints(WorkedVoice& voice) {
    std::size_t unusable = 0;
    while (unusable < voice.checkpoints.size() && !can_put_back(*voice.checkpoints[unusable])) ++unusable;
    if (unusable != 0) drop_checkpoints(voice, 0, unusable);
}

// Of both versions, while one fades into the other.
bool Worker::copy_state(WorkedVoice& voice, Checkpoint& checkpoint, bool outlasts) {
    checkpoint.instance = voice.instance;
    checkpoint.released = voice.released;
    checkpoint.pitch = voice.pitch;
    checkpoint.bend = voice.bend;
    checkpoint.fade_frame = voice.fade_frame;
    if (voice.leaving && !checkpoint.leaving) checkpoint.leaving = std::make_unique<Checkpoint>();
    if (checkpoint.leaving) checkpoint.leaving->instance = voice.leaving;
    if (voice.leaving && !host_->save_checkpoint(*voice.leaving, *checkpoint.leaving, outlasts)) return false;
    return host_->save_checkpoint(*voice.instance, checkpoint, outlasts);
}

bool Worker::can_put_back(const Checkpoint& checkpoint) const {
    const auto* leaving = checkpoint.leaving.get();
    if (leaving && leaving->instance && !host_->can_restore(*leaving->instance, *leaving)) return false;
    return host_->can_restore(*checkpoint.instance, checkpoint);
}

bool Worker::put_back(WorkedVoice& voice, const Checkpoint& checkpoint) {
    voice.instance = checkpoint.instance;
    voice.released = checkpoint.released;
    voice.pitch = checkpoint.pitch;
    voice.bend = checkpoint.bend;
    voice.fade_frame = checkpoint.fade_frame;
    voice.leaving = checkpoint.leaving ? checkpoint.leaving->instance : nullptr;
    if (voice.leaving && !host_->restore_checkpoint(*voice.leaving, *checkpoint.leaving)) return false;
    return host_->restore_checkpoint(*voice.instance, checkpoint);
}

// To the newest copy at or before a voice frame, with these messages among those to come. False: the state could not be put
// back.
bool Worker::go_back(WorkedVoice& voice, std::int64_t frame, const std::vector<VoiceMessage>& messages) {
    auto kept = voice.checkpoints.size();
    while (kept > 1 && voice.checkpoints[kept - 1]->frame > frame) --kept;
    drop_checkpoints(voice, kept, voice.checkpoints.size() - kept);
    const Checkpoint& checkpoint = *voice.checkpoints.back();
    voice.go_back_to(checkpoint.frame, messages);
    voice.quality = checkpoint.quality;
    return put_back(voice, checkpoint);
}

}  // namespace forerun
