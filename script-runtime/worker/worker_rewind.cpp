// Rewinding: taking rendered audio back when an event lands in it. The copies of state are in worker_checkpoints.cpp.
//
//   event at E < rendered ──> overdue ──rewind()──> checkpoint restored, rendered again into another ring from the seam on,
//                                                   published as soon as the mixer can play two blocks of it
//
// The word's state decides where the new timeline is built:
//   taken and acknowledged    in the voice's other ring; the word goes taken → published
//   taken, not acknowledged   nowhere yet: the mixer may still read the other ring. Events gather and share the next rewind
//   published, not taken      in the worker's spare ring, from the earlier of both seams on; the word goes published →
//                             published, and the displaced ring is the spare. When the mixer was faster, what was built is
//                             thrown away and the events wait for the acknowledgement
// Nothing is ever withdrawn, so an event that was published in time is heard in time.
#include <algorithm>
#include <utility>

#include "script-runtime/worker/worker.h"

namespace forerun {
namespace {

constexpr double floor_smoothing = 0.1;

}  // namespace

// ---- Events

void Worker::take_event(WorkedVoice& voice, const VoiceMessage& sent) {
    if (voice.failed) return;
    auto message = sent;
    if (voice.begun) voice.keep_audible(message, configuration_.rate_hz);
    const bool in_the_past = voice.begun && voice.frame_of(message) < voice.position;
    const bool rewinds = in_the_past && configuration_.rewind && !configuration_.offline && voice.rewindable &&
                         voice.published && !voice.checkpoints.empty();
    // What nobody looks at is no reason to render again.
    const bool unseen =
        message.kind == VoiceMessageKind::time && voice.instance && !host_->looks_at_time(*voice.instance);
    if (rewinds && !unseen) return voice.overdue.push_back(message);
    auto happens = message;
    if (in_the_past) happens.frame = voice.rendered_until();
    depth_.count_live(voice, happens, state_.clock().frame());
    const auto clock = state_.clock().frame();
    if (in_the_past && !voice.ended && !unseen) bump(line_.late_events);
    // Of a live voice also those that come in time: else only the slow ones would be in the figure.
    if ((in_the_past || depth_.is_live(voice, clock)) && !voice.ended && !unseen && message.arrival_nanoseconds != 0) {
        const double ahead = std::max(0.0, static_cast<double>(happens.frame - clock));
        line_.waiting_nanoseconds.add(
            static_cast<std::uint64_t>(monotonic_nanoseconds() - message.arrival_nanoseconds +
                                       static_cast<std::int64_t>(1e9 * ahead / configuration_.rate_hz)));
    }
    voice.add_event(happens);
    if (voice.begun) reports_.log_message(voice, voice.timeline, happens);
}

// The voice ended before the mixer could take what its last events had changed: they were too late.
void Worker::count_unheard(const WorkedVoice& voice) {
    const auto is_cut_off = [&](std::int64_t frame) { return frame >= voice.stop_frame - stop_fade_frames; };
    for (const auto& message : voice.overdue)
        if (!is_cut_off(voice.frame_of(message))) bump(line_.late_events);
    const auto word = VoiceWord::unpacked(state_.voice(voice.note.slot).word.load(std::memory_order_relaxed));
    const bool never_taken = word.state == WordState::published && word.generation == voice.note.generation;
    if (voice.begun && never_taken && !is_cut_off(voice.seam_frame)) bump(line_.late_events);
}

// The same, of a voice that is gone already. An event in time finds it ended, and misses nothing.
void Worker::count_gone(const VoiceMessage& message) {
    const bool heard = message.kind != VoiceMessageKind::stop && message.kind != VoiceMessageKind::time &&
                       message.kind != VoiceMessageKind::reload;
    if (heard && message.frame < state_.clock().frame()) bump(line_.late_events);
}

// They happen where rendering goes on.
void Worker::give_up_overdue(WorkedVoice& voice) {
    for (auto& message : voice.overdue) {
        bump(line_.late_events);
        message.frame = std::max(message.frame, voice.rendered_until());
        voice.add_event(message);
        reports_.log_message(voice, voice.timeline, message);
    }
    voice.overdue.clear();
}

bool Worker::acknowledged(const WorkedVoice& voice) const {
    // Acquire: pairs with the mixer's release after its last read of the ring before.
    return state_.mixer_voice(voice.note.slot).acknowledged_timeline.load(std::memory_order_acquire) ==
           MixerVoiceLine::timeline(voice.seam_frame, voice.lane);
}

// ---- The rewind

bool Worker::rewind(WorkedVoice& voice, std::int64_t clock, std::int64_t limit) {
    const auto slot = voice.note.slot;
    auto& word = state_.voice(slot).word;
    // Acquire: pairs with the mixer's take.
    const auto present = word.load(std::memory_order_acquire);
    const bool replaces = TimelineBuild::replaces(present);
    if (!replaces && !acknowledged(voice)) return false;
    drop_unusable_checkpoints(voice);
    // What takes the place of a timeline must have all of it.
    if (voice.checkpoints.empty() || (replaces && voice.checkpoints.oldest().frame > voice.seam_frame)) {
        give_up_overdue(voice);
        return true;
    }
    if (!affords_rewind(voice, clock)) {
        give_up_overdue(voice);
        return true;
    }
    const auto began = monotonic_nanoseconds();
    activity_.changes(Activity::rewinding, voice.note.serial);

    // The earliest frame for which there is a copy of the state.
    const auto oldest = voice.checkpoints.oldest().frame;
    std::int64_t seam = INT64_MAX, arrival = 0;
    for (auto& message : voice.overdue) {
        if (voice.frame_of(message) < oldest) {
            bump(line_.events_moved);
            reports_.report(voice, WorkerReportKind::moved, voice.start_frame + oldest,
                            voice.start_frame + oldest - message.frame);
            message.frame = voice.start_frame + oldest;
        }
        seam = std::min(seam, voice.frame_of(message));
        if (message.arrival_nanoseconds != 0 && (arrival == 0 || message.arrival_nanoseconds < arrival))
            arrival = message.arrival_nanoseconds;
    }
    if (voice.whole_quanta) seam = seam / quantum_frames * quantum_frames;
    if (replaces) {
        seam = std::min(seam, voice.seam_frame);
        const auto waiting = state_.worker_voice(slot).arrival_nanoseconds[voice.lane].load(std::memory_order_relaxed);
        if (waiting != 0) arrival = waiting;
    }

    // A voice that is hardly rendered but in rewinds loses them here.
    drop_old_checkpoints(voice, std::min(seam, clock - voice.start_frame));

    // Should the mixer take what is to be replaced meanwhile, that timeline goes on from its end.
    auto before = voice.progress();
    const auto rendered = voice.position;
    std::unique_ptr<Checkpoint> end;
    if (replaces && !(end = save(voice, true))) return false;
    voice.kept = end.get();

    // Out of the way: should the script's state turn out to be uncopyable, what is overdue then is given up.
    auto messages = std::exchange(voice.overdue, {});
    TimelineBuild build(state_, voice, present, seam, spare_ring_);
    const bool works =
        go_back(voice, seam, messages) && render_again(voice, build.writer(), build.first_written(), limit);

    for (const auto& message : messages) reports_.log_message(voice, build.number(), message);
    reports_.log_timeline(voice, WorkerReportKind::timeline, build.number(), seam);
    if (!works) {
        build.writer().commit(0, true);
        voice.ended = voice.failed = true;
    }
    if (!build.publish(arrival)) {
        bump(line_.rewinds_overtaken);
        reports_.log_timeline(voice, WorkerReportKind::withdrawn, build.number(), seam);
        voice.checkpoints.drop_all_but_oldest(checkpoint_pool_);
        player_->tidy_instances(voice);
        voice.restore(std::move(before));
        voice.overdue = std::move(messages);
        if (!player_->put_back(voice, *end)) fail(voice, host_->error());
        voice.checkpoints.add(std::move(end));
        voice.kept = nullptr;
        if (!voice.rewindable) give_up_overdue(voice);
        return true;
    }
    if (!works) reports_.report(voice, WorkerReportKind::error, voice.rendered_until(), 0, host_->error());
    voice.kept = nullptr;
    if (end) checkpoint_pool_.give_back(std::move(end));
    voice.exempt_until_frame = clock + quality_exempt_frames;
    voice.quality_changed_frame = std::min(voice.quality_changed_frame, voice.position);
    depth_.count_rewind(voice, clock);
    space_checkpoints(voice, clock);
    voice.floor_from_nanoseconds = now_ = monotonic_nanoseconds();
    look_for_floor(voice, state_.clock().frame());

    bump(line_.rewinds);
    if (replaces) bump(line_.rewinds_again);
    bump(line_.frames_discarded, std::max<std::int64_t>(0, rendered - seam));
    line_.rewind_nanoseconds.add(static_cast<std::uint64_t>(now_ - began));
    activity_.changes(Activity::idle);
    return true;
}

bool Worker::render_again(WorkedVoice& voice, RingWriter& writer, std::int64_t first_written, std::int64_t limit) {
    // Until the block of the seam the old ring plays, and a stall is not heard: so the new one is published late and deep,
    // as long as the others' events are not made late by that.
    const auto reading = state_.clock().read();
    const auto began = monotonic_nanoseconds();
    const auto deadline = last_moment(voice.start_frame + first_written, reading);
    const auto turn = turn_of_others(voice, reading);
    bool has_floor = false;
    std::swap(voice.writer, writer);
    host_->set_quiet(true);
    bool works = true;
    while (works && !voice.ended) {
        const auto clock = state_.clock().frame();
        const auto playable = std::max(first_written, clock - voice.start_frame) + ahead_.publish_frames;
        const bool can_be_taken = voice.position >= std::min(playable, voice.last_frame);
        const auto until = voice.rendered_until() + quantum_frames;
        const auto now = monotonic_nanoseconds();
        if (!has_floor && until > clock + ahead_.floor_frames) {
            has_floor = true;
            floor_nanoseconds_ += floor_smoothing * (static_cast<double>(now - began) - floor_nanoseconds_);
        }
        const bool enough = until > std::min(limit, clock + voice.depth_frames) || voice.position >= voice.last_frame;
        if (can_be_taken && (enough || now >= deadline || (has_floor && (now >= turn || another_is_low(voice, clock)))))
            break;
        // It has turned out to be slow: what is there is published.
        if (voice.position > first_written && voice.cost.yields() &&
            costs_.least_of_others(voices_, voice) < clock + ahead_.safe_frames)
            break;
        keep_checkpoint(voice, clock, true);
        bool is_done = false;
        if (!(works = player_->render(voice, is_done))) {
            // Up to the event at which it failed it is the sound that was there.
            if (voice.position >= first_written) commit(voice, player_->part_frames(), true);
            break;
        }
        if (voice.position < first_written) {
            voice.position += quantum_frames;
            bump(line_.frames_repeated, quantum_frames);
        } else {
            commit(voice, quantum_frames, is_done);
        }
        bump(line_.frames_rendered, quantum_frames);
        charge_quantum(voice, now, monotonic_nanoseconds());
    }
    host_->set_quiet(false);
    std::swap(voice.writer, writer);
    return works;
}

}  // namespace forerun
