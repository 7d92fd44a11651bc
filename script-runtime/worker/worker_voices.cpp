// What a worker does with one voice: begins it, renders its quanta, publishes its timelines, and ends it when it fails.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "script-runtime/host/instance.h"
#include "script-runtime/host/valid_samples.h"
#include "script-runtime/worker/worker.h"

namespace forerun {
namespace {

constexpr std::int64_t first_quanta_nanoseconds = 300'000;  // start() and the frames of a new timeline, with room

}  // namespace

// The first engine frame that a timeline published in a moment can still meet: the next block's first, unless that block is
// being mixed now or about to be.
std::int64_t Worker::earliest_start(std::int64_t clock) const {
    const auto reading = state_.clock().read();
    const auto block_nanoseconds =
        static_cast<std::int64_t>(1e9 * static_cast<double>(configuration_.block_frames) / configuration_.rate_hz);
    const bool between_blocks = reading.frame < clock;
    const bool in_time = monotonic_nanoseconds() + first_quanta_nanoseconds < reading.nanoseconds + block_nanoseconds;
    return between_blocks && in_time ? clock : clock + configuration_.block_frames;
}

// Calls the script's start(). A live note whose frame can no longer be met is moved to the earliest that can, whole.
bool Worker::begin(WorkedVoice& voice, std::int64_t clock) {
    activity_.changes(Activity::starting_voice, voice.note.serial);
    if (!configuration_.offline) voice.start_frame = std::max(voice.start_frame, earliest_start(clock));
    auto& line = state_.voice(voice.note.slot);
    // Relaxed: ordered by the release of the word that publishes the first timeline.
    line.start_frame.store(voice.start_frame, std::memory_order_relaxed);
    line.channels.store(voice.channels, std::memory_order_relaxed);
    // Relaxed: ordered by the release of the generation before, by way of the conductor.
    const auto& rings = state_.worker_voice(voice.note.slot).rings_plus_one;
    const auto ring_of = [&](std::uint32_t which) {
        const auto ring = rings[which].load(std::memory_order_relaxed);
        return static_cast<std::uint16_t>(ring != 0 ? ring - 1 : 2u * voice.note.slot + which);
    };
    voice.ring = ring_of(0);
    voice.other_ring = ring_of(1);
    voice.writer = RingWriter(state_.ring(voice.ring), line.written[0], 0);
    voice.begun = true;
    voice.whole_quanta = player_->version_of(voice).description.whole_quanta;
    for (auto& event : voice.events) {
        event.frame = std::max(event.frame, voice.start_frame);
        if (!replay_reach_frames_) voice.keep_audible(event, configuration_.rate_hz);
    }
    std::ranges::stable_sort(voice.events, {}, &VoiceMessage::frame);
    for (const auto& event : voice.events) reports_.log_message(voice, voice.timeline, event);
    voice.exempt_until_frame = std::max(clock, voice.start_frame) + quality_exempt_frames;
    reports_.report(voice, WorkerReportKind::started, voice.start_frame, voice.start_frame - voice.note.frame);

    const bool has_instance = player_->take_instance(voice);
    const auto began = monotonic_nanoseconds();
    if (!has_instance || !player_->start(voice, state_.start_parameters(voice.note.slot))) {
        fail(voice, host_->error());
        return false;
    }
    charge_start(voice, began);
    return true;
}

void Worker::render_quantum(WorkedVoice& voice) {
    const auto began = now_;
    bool ended = false;
    if (!player_->render(voice, ended)) {
        commit(voice, player_->part_frames(), true);
        return fail(voice, host_->error());
    }
    commit(voice, quantum_frames, ended && voice.may_end);

    now_ = monotonic_nanoseconds();
    if (probe_calls_->quantum_rendered(now_ - began)) now_ = monotonic_nanoseconds();
    line_.quantum_nanoseconds.add(static_cast<std::uint64_t>(now_ - began));
    quantum_nanoseconds_ += quantum_weight_ * (std::min(static_cast<double>(now_ - began), 1e5) - quantum_nanoseconds_);
    quantum_weight_ = std::max(0.01, quantum_weight_ / (1 + quantum_weight_));  // the mean of the first hundred
    bump(line_.frames_rendered, quantum_frames);
    charge_quantum(voice, began, now_);
    if (probe_) now_ = monotonic_nanoseconds();
}

// Copies the host's quantum, or the first frames of one that failed, into the ring. Its mouth lets nothing through that is not a number, nor what has run away.
void Worker::commit(WorkedVoice& voice, int frames, bool ended) {
    const auto quantum = voice.position;
    const float* sources[2] = {host_->left(), host_->right()};
    float peak = 0;
    bool silenced = false;
    for (std::uint32_t c = 0; c < voice.channels; ++c)
        silenced |= !copy_valid(sources[c], frames, voice.writer.samples(c, quantum), peak);
    state_.level(voice.note.slot, quantum / quantum_frames).store(peak, std::memory_order_relaxed);
    if (silenced && !voice.silenced) {
        voice.silenced = true;
        const float* bad = first_invalid(sources[0], frames);
        if (!bad && voice.channels == 2) bad = first_invalid(sources[1], frames);
        reports_.report(
            voice, WorkerReportKind::silenced, voice.start_frame + quantum, 0,
            fmt::format("{}: made samples that are not numbers or beyond 64 ({}); they are silenced. Check divisions "
                        "by 0, filter frequencies and feedback",
                        host_->place_of(*voice.instance, "sound"), bad ? sample_text(*bad) : ""));
    }
    voice.writer.commit(frames, ended);
    voice.position += frames;
    voice.ended = ended;
}

void Worker::publish(WorkedVoice& voice) {
    auto& word = state_.voice(voice.note.slot).word;
    TimelineBuild::name(state_, voice, voice.lane, voice.timeline, voice.note.arrival_nanoseconds);
    const VoiceWord next{WordState::published, voice.lane, voice.ring, voice.note.generation, voice.seam_frame};
    // Release: pairs with the mixer's take. It replaces a word of an old generation, which the mixer has released.
    word.store(next.packed(), std::memory_order_release);
    voice.published = true;
}

// The mixer ran dry on this timeline: time moves on, the state does not. The voice comes back on its other ring, on its
// grid, as early as the mixer can still take it on time, or later (back_off.h). When the clock overtakes what was published
// before it was taken, the same is done again.
void Worker::skip_if_dry(WorkedVoice& voice, std::int64_t clock) {
    const auto& dry = state_.mixer_voice(voice.note.slot).dry_generation_plus_one;
    const auto is_dry = [&] { return dry.load(std::memory_order_acquire) == std::uint32_t{voice.note.generation} + 1; };
    if (!is_dry()) return;
    // Acquire: pairs with the mixer's take.
    const auto present = state_.voice(voice.note.slot).word.load(std::memory_order_acquire);
    const bool waits_for_take = TimelineBuild::replaces(present);
    if (waits_for_take && voice.rendered_until() >= clock) return;
    // A crossfade into the timeline that ran dry still reads the ring before it.
    if (!waits_for_take && !acknowledged(voice)) return;
    // Again: a skip that was taken and acknowledged in between has ended the underrun, and the mixer says so before it acknowledges.
    if (!is_dry()) return;

    const auto old = voice.position;
    auto back_off = voice.back_off;
    const auto away = back_off.begin(clock, ahead_.publish_frames, ahead_.safe_frames);
    const auto seam = std::max(old, on_grid(clock - voice.start_frame + away));
    // Beside a timeline that has not been taken the mixer may still read the other ring, in the block that ran dry.
    TimelineBuild build(state_, voice, present, seam, spare_ring_);
    if (!build.publish(0)) return;
    voice.back_off = back_off;
    voice.skip_to(seam);
    // What happened in the underrun happens where the voice comes back; nothing before it is rendered again.
    drop_checkpoints(voice);
    give_up_overdue(voice);
    voice.exempt_until_frame = clock + quality_exempt_frames;
    voice.cost.ran_dry();
    bump(line_.skips);
    reports_.report(voice, WorkerReportKind::skipped, voice.start_frame + seam, seam - old);
}

// The script failed, or is too slow: what is in the ring is played, then the mixer lets the last sample decay.
void Worker::fail(WorkedVoice& voice, const std::string& why) {
    reports_.report(voice, WorkerReportKind::error, voice.rendered_until(), 0, why);
    voice.writer.commit(0, true);
    voice.ended = voice.failed = true;
    voice.overdue.clear();
    if (!voice.published) publish(voice);
}

void Worker::follow_quality(WorkedVoice& voice, std::int64_t clock) {
    if (!configuration_.quality_scaling || configuration_.offline) return;
    const auto fill = voice.rendered_until() - clock;
    if (quality_.is_full(fill, voice.depth_frames)) voice.exempt_until_frame = 0;
    if (depth_.is_live(voice, clock)) voice.exempt_until_frame = clock + quality_exempt_frames;  // shallow on purpose
    // In an overload what a voice is exempt from is to have more than its floor.
    const bool exempt = clock < voice.exempt_until_frame;
    if (exempt && !depth_.overloaded()) return;
    const auto depth = exempt ? std::min(ahead_.floor_frames, depth_.wanted_fill(voice, clock)) : voice.depth_frames;
    const auto level = quality_.next(voice.quality, fill, depth, voice.position - voice.quality_changed_frame);
    if (exempt && level > voice.quality) return;
    if (level == voice.quality) return;
    if (level > voice.quality && (clock < voice.keep_low_until_frame || !std::exchange(one_may_rise_, false))) return;
    change_quality(voice, level);
}

void Worker::change_quality(WorkedVoice& voice, int level) {
    VoiceMessage change;
    change.kind = VoiceMessageKind::quality;
    change.frame = voice.rendered_until();
    change.index = static_cast<std::uint16_t>(level);
    voice.add_event(change);
    voice.quality_changed_frame = voice.position;
    reports_.log_message(voice, voice.timeline, change);
    state_.worker_voice(voice.note.slot).quality.store(static_cast<std::uint32_t>(level), std::memory_order_relaxed);
    bump(line_.quality_changes);
    reports_.report(voice, WorkerReportKind::quality, voice.rendered_until(), level);
}

}  // namespace forerun
