#include "script-runtime/worker/rewinder.h"

#include <algorithm>
#include <utility>

#include "shared/threads/single_writer.h"

namespace forerun {

bool Rewinder::is_possible(WorkedVoice& voice, bool replaces, std::int64_t clock) {
    service_.copies.drop_unusable(voice);
    // What takes the place of a timeline must have all of it.
    if (voice.checkpoints.empty() || (replaces && voice.checkpoints.oldest().frame > voice.timeline.seam_frame))
        return false;
    return service_.costs.affords_rewind(voices_, voice, clock);
}

// An event older than the earliest frame for which there is a copy of the state is moved there.
Rewinder::Answer Rewinder::answer_to_overdue(WorkedVoice& voice, bool replaces) {
    const auto oldest = voice.checkpoints.oldest().frame;
    Answer answer;
    auto& arrival = answer.arrival_nanoseconds;
    for (auto& message : voice.overdue) {
        if (voice.frame_of(message) < oldest) {
            bump(line_.events_moved);
            service_.reports.report(voice, WorkerReportKind::moved, voice.start_frame + oldest,
                                    voice.start_frame + oldest - message.frame);
            message.frame = voice.start_frame + oldest;
        }
        answer.seam_frame = std::min(answer.seam_frame, voice.frame_of(message));
        if (message.arrival_nanoseconds != 0 && (arrival == 0 || message.arrival_nanoseconds < arrival))
            arrival = message.arrival_nanoseconds;
    }
    if (voice.whole_quanta) answer.seam_frame = answer.seam_frame / quantum_frames * quantum_frames;
    if (replaces) {
        answer.seam_frame = std::min(answer.seam_frame, voice.timeline.seam_frame);
        const auto waiting = state_.worker_voice(voice.note.slot)
                                 .arrival_nanoseconds[voice.timeline.lane]
                                 .load(std::memory_order_relaxed);
        if (waiting != 0) arrival = waiting;
    }
    return answer;
}

bool Rewinder::rewind(WorkedVoice& voice, std::int64_t clock, std::int64_t limit) {
    // Acquire: pairs with the mixer's take.
    const auto present = state_.voice(voice.note.slot).word.load(std::memory_order_acquire);
    const bool replaces = TimelineBuild::replaces(present);
    if (!replaces && !service_.output.acknowledged(voice)) return false;
    if (!is_possible(voice, replaces, clock)) {
        service_.events.give_up_overdue(voice);
        return true;
    }
    auto& copies = service_.copies;
    auto& reports = service_.reports;
    const auto began = monotonic_nanoseconds();
    activity_.changes(Activity::rewinding, voice.note.serial);
    const auto answer = answer_to_overdue(voice, replaces);
    const auto seam = answer.seam_frame;
    // A voice that is hardly rendered but in rewinds loses them here.
    copies.drop_old(voice, std::min(seam, clock - voice.start_frame));

    // Should the mixer take what is to be replaced meanwhile, that timeline goes on from its end.
    auto before = voice.progress();
    const auto rendered = voice.position;
    std::unique_ptr<Checkpoint> end;
    if (replaces && !(end = copies.save(voice, true))) return false;
    voice.instances.kept = end.get();

    // Out of the way: should the script's state turn out to be uncopyable, what is overdue then is given up.
    auto messages = std::exchange(voice.overdue, {});
    TimelineBuild build(state_, voice, present, seam, service_.spare_ring);
    const bool works =
        copies.go_back(voice, seam, messages) && render_again(voice, build.writer(), build.first_written(), limit);

    for (const auto& message : messages) reports.log_message(voice, build.number(), message);
    reports.log_timeline(voice, WorkerReportKind::timeline, build.number(), seam);
    if (!works) {
        build.writer().commit(0, true);
        voice.ended = voice.failed = true;
    }
    if (!build.publish(answer.arrival_nanoseconds)) {
        bump(line_.rewinds_overtaken);
        reports.log_timeline(voice, WorkerReportKind::withdrawn, build.number(), seam);
        copies.drop_all_but_oldest(voice);
        voice.restore(std::move(before));
        voice.overdue = std::move(messages);
        if (!copies.return_to(voice, std::move(end))) service_.output.fail(voice, host_.error());
        voice.instances.kept = nullptr;
        if (!voice.rewindable) service_.events.give_up_overdue(voice);
        return true;
    }
    if (!works) reports.report(voice, WorkerReportKind::error, voice.rendered_until(), 0, host_.error());
    voice.instances.kept = nullptr;
    if (end) copies.give_back(std::move(end));
    voice.quality_times.exempt_until_frame = clock + quality_exempt_frames;
    voice.quality_times.changed_frame = std::min(voice.quality_times.changed_frame, voice.position);
    service_.depth.count_rewind(voice, clock);
    copies.space(voice, clock);
    voice.depth.floor_from_nanoseconds = service_.time.read();
    service_.look_for_floor(voice, state_.clock().frame());

    bump(line_.rewinds);
    if (replaces) bump(line_.rewinds_again);
    bump(line_.frames_discarded, std::max<std::int64_t>(0, rendered - seam));
    line_.rewind_nanoseconds.add(static_cast<std::uint64_t>(service_.time.now() - began));
    activity_.changes(Activity::idle);
    return true;
}

bool Rewinder::render_again(WorkedVoice& voice, RingWriter& writer, std::int64_t first_written, std::int64_t limit) {
    // Until the block of the seam the old ring plays, and a stall is not heard: so the new one is published late and deep,
    // as long as the others' events are not made late by that.
    const auto& ahead = service_.ahead;
    const auto reading = state_.clock().read();
    const auto began = monotonic_nanoseconds();
    const auto deadline = scheduler_.last_moment(voice.start_frame + first_written, reading);
    const auto turn = scheduler_.turn_of_others(voice, reading);
    bool has_floor = false;
    std::swap(voice.timeline.writer, writer);
    host_.set_quiet(true);
    bool works = true;
    while (works && !voice.ended) {
        const auto clock = state_.clock().frame();
        const auto playable = std::max(first_written, clock - voice.start_frame) + ahead.publish_frames;
        const bool can_be_taken = voice.position >= std::min(playable, voice.stop.last_frame);
        const auto until = voice.rendered_until() + quantum_frames;
        const auto now = monotonic_nanoseconds();
        if (!has_floor && until > clock + ahead.floor_frames) {
            has_floor = true;
            scheduler_.had_floor(now - began);
        }
        const bool enough =
            until > std::min(limit, clock + voice.depth.frames) || voice.position >= voice.stop.last_frame;
        const bool others_wait = has_floor && (now >= turn || scheduler_.another_is_low(voice, clock));
        if (can_be_taken && (enough || now >= deadline || others_wait)) break;
        // It has turned out to be slow: what is there is published.
        if (voice.position > first_written && voice.cost.yields() &&
            service_.costs.books().least_of_others(voices_, voice) < clock + ahead.safe_frames)
            break;
        service_.copies.keep(voice, clock, true);
        works = render_one_again(voice, first_written);
        if (works) service_.costs.charge_quantum(voice, now, monotonic_nanoseconds());
    }
    host_.set_quiet(false);
    std::swap(voice.timeline.writer, writer);
    return works;
}

bool Rewinder::render_one_again(WorkedVoice& voice, std::int64_t first_written) {
    bool is_done = false;
    if (!service_.player.render(voice, is_done)) {
        // Up to the event at which it failed it is the sound that was there.
        if (voice.position >= first_written) service_.output.commit(voice, service_.player.part_frames(), true);
        return false;
    }
    if (voice.position < first_written) {
        voice.position += quantum_frames;
        bump(line_.frames_repeated, quantum_frames);
    } else {
        service_.output.commit(voice, quantum_frames, is_done);
    }
    bump(line_.frames_rendered, quantum_frames);
    return true;
}

void Rewinder::skip_if_dry(WorkedVoice& voice, std::int64_t clock) {
    const auto readers = service_.output.readers_of(voice);
    if (!readers.any_dry()) return;
    // Acquire: pairs with the take.
    const auto present = state_.voice(voice.note.slot).word.load(std::memory_order_acquire);
    const bool waits_for_take = TimelineBuild::replaces(present);
    if (waits_for_take && voice.rendered_until() >= clock) return;
    // A crossfade into the timeline that ran dry still reads the ring before it.
    if (!waits_for_take && !service_.output.acknowledged(voice)) return;
    // Again: a skip that was taken and acknowledged in between has ended the underrun, and the reader says so before it acknowledges.
    if (!readers.any_dry()) return;

    const auto old = voice.position;
    auto back_off = voice.back_off;
    const auto away = back_off.begin(clock, service_.ahead.publish_frames, service_.ahead.safe_frames);
    const auto seam = std::max(old, on_grid(clock - voice.start_frame + away));
    // Beside a timeline that has not been taken the other ring may still be read, in the block that ran dry.
    TimelineBuild build(state_, voice, present, seam, service_.spare_ring);
    if (!build.publish(0)) return;
    voice.back_off = back_off;
    voice.skip_to(seam);
    // What happened in the underrun happens where the voice comes back; nothing before it is rendered again.
    service_.copies.drop_all(voice);
    service_.events.give_up_overdue(voice);
    voice.quality_times.exempt_until_frame = clock + quality_exempt_frames;
    voice.cost.ran_dry();
    bump(line_.skips);
    service_.reports.report(voice, WorkerReportKind::skipped, voice.start_frame + seam, seam - old);
}

}  // namespace forerun
