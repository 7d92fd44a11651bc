// Whose turn it is: which of a worker's voices is rendered next, how far, and when one is taken back instead.
//
//   look()       at all voices: what is due, who waits for a rewind. Once per block of the mixer, and when there is news
//   take_turn()  one rewind, or a visit to the neediest voice; then its place in the line is found anew
#include <algorithm>
#include <utility>

#include "script-runtime/worker/worker.h"

namespace forerun {
namespace {

constexpr std::int64_t publish_margin_nanoseconds = 300'000;

}  // namespace

void Worker::look(std::int64_t clock, std::int64_t limit) {
    looked_clock_ = clock;
    looked_limit_ = limit;
    release_finished();
    due_.clear();
    due_later_.clear();
    overdue_.clear();
    for (auto& voice : voices_) {
        if (voice->wants_more() && voice->published && !configuration_.offline) skip_if_dry(*voice, clock);
        if (!voice->overdue.empty()) overdue_.push_back({voice->earliest_overdue(), voice.get()});
        line_up(*voice, clock, limit);
    }
    std::ranges::sort(overdue_, {}, &Overdue::frame);
}

void Worker::line_up(WorkedVoice& voice, std::int64_t clock, std::int64_t limit) {
    if (!voice.wants_more()) return;
    const bool at_horizon = limit < clock + ahead_.depth_frames;
    const auto until = at_horizon ? std::min(limit, clock + depth_.wanted_fill(voice, clock)) - quantum_frames
                                  : clock + depth_.refill_at(voice, clock);
    if (voice.rendered_until() > until) return;
    (costs_.yields(voice) ? due_later_ : due_).add({voice.rendered_until(), voice.note.priority, &voice});
}

void Worker::look_for_floor(WorkedVoice& voice, std::int64_t clock) {
    if (voice.floor_from_nanoseconds == 0 || voice.rendered_until() < clock + ahead_.floor_frames) return;
    line_.floor_nanoseconds.add(static_cast<std::uint64_t>(now_ - voice.floor_from_nanoseconds));
    voice.floor_from_nanoseconds = 0;
}

bool Worker::follow_load(std::int64_t clock) {
    if (!load_.follow(now_, line_.busy_nanoseconds.load(std::memory_order_relaxed))) return false;
    costs_.find_share(std::ranges::count_if(voices_, [](const auto& voice) { return voice->wants_more(); }),
                      load_.whole_load());
    const auto cpu = line_.cpu_nanoseconds.load(std::memory_order_relaxed) - load_.yielded();
    const auto shallow = depth_.follow(voices_, clock, now_, cpu, load_.load());
    one_may_rise_ = load_.load() < configuration_.load_ceiling;
    line_.load_thousandths.store(static_cast<std::uint64_t>(1000 * load_.whole_load()), std::memory_order_relaxed);
    line_.shallow_voices.store(shallow, std::memory_order_relaxed);
    if (shallow > line_.most_shallow_voices.load(std::memory_order_relaxed))
        line_.most_shallow_voices.store(shallow, std::memory_order_relaxed);
    return true;
}

bool Worker::take_turn(std::int64_t clock, std::int64_t limit) {
    const auto began = now_;
    const auto count_busy = [&] {
        bump(line_.busy_nanoseconds, now_ - began);
        return now_ - began;
    };
    auto* const voice = due_.empty() ? nullptr : due_.neediest().voice;
    auto* const later = due_later_.empty() ? nullptr : due_later_.neediest().voice;
    // A voice that was just taken back has its floor before another is taken back, and that before anybody's depth. Others
    // that are as near their end share the time with the rewinds, which behind a stall are many and late: an underrun is worse than an
    // event that is later still, but a note that is let go is what ends an overload.
    const bool low = voice && voice->rendered_until() < clock + ahead_.floor_frames;
    const bool floor_first = low && (voice->floor_from_nanoseconds != 0 || owed_nanoseconds_ > 0);
    if (!floor_first && !(voice && fills_first(*voice, clock)) && rewind_one(clock, limit)) {
        owed_nanoseconds_ = count_busy();
        return true;
    }
    if (later && costs_.others_bear(*later, due_.neediest_until(*later), clock)) {
        due_later_.take();
        visit(*later, clock, limit);
        line_up(*later, clock, limit);
        load_.add_yielded(count_busy());
        collect(false);
        if (may_prepare(false)) prepare_step();
        return true;
    }
    if (!voice) return false;

    const bool all_deep = voice->rendered_until() > clock + ahead_.depth_frames / 2;
    due_.take();
    visit(*voice, clock, limit);
    line_up(*voice, clock, limit);
    owed_nanoseconds_ -= count_busy();
    collect(false);
    // Beside what sounds; a worker that is always busy comes to it all the same.
    if (may_prepare(all_deep)) prepare_step();
    return true;
}

void Worker::visit(WorkedVoice& voice, std::int64_t clock, std::int64_t limit) {
    if (!voice.begun && !begin(voice, clock)) return;
    if (follow_cost(voice, clock)) return;
    follow_quality(voice, clock);
    activity_.changes(Activity::rendering, voice.note.serial);
    const auto first = voice.position;
    limit = std::min(limit, clock + depth_.wanted_fill(voice, clock));
    // A longer visit saves its overhead, and the safer the second neediest is, the longer it can wait.
    auto turn_ends = INT64_MAX;
    if (!due_.empty()) {
        const auto next_until = due_.neediest().rendered_until;
        turn_ends = next_until + std::clamp<std::int64_t>((next_until - clock) / 8, 0, ahead_.refill_frames);
    }
    now_ = monotonic_nanoseconds();
    for (int quantum = 0; voice.wants_more() && voice.rendered_until() + quantum_frames <= limit; ++quantum) {
        const bool urgent = !voice.published && voice.position - first < ahead_.publish_frames;
        if (!urgent && (quantum >= RenderAhead::quanta_per_visit || voice.rendered_until() > turn_ends)) break;
        if (quantum > 0 && voice.cost.yields()) break;
        keep_checkpoint(voice, clock);
        render_quantum(voice);
    }
    const bool begins = voice.cost.yields() && !voice.ended && voice.position < ahead_.publish_frames;
    if (!voice.published && !begins) publish(voice);
    scheduling_->worked_until(now_ = monotonic_nanoseconds());
    look_for_floor(voice, clock);
    activity_.changes(Activity::idle);
}

// ---- Rewinds

// The earliest event first. Those that the mixer has not come to wait until it has moved on.
bool Worker::rewind_one(std::int64_t clock, std::int64_t limit) {
    for (auto waiting = overdue_.begin(); waiting != overdue_.end(); ++waiting) {
        auto& voice = *waiting->voice;
        if (std::exchange(waiting->waits, true) || voice.overdue.empty() || !rewind(voice, clock, limit)) continue;
        now_ = monotonic_nanoseconds();
        if (voice.overdue.empty()) overdue_.erase(waiting);
        due_.remove(voice);
        due_later_.remove(voice);
        line_up(voice, clock, limit);
        return true;
    }
    return false;
}

std::int64_t Worker::last_moment(std::int64_t frame, const ClockReading& now) const {
    const auto frames = frame - now.frame - configuration_.block_frames;
    return now.nanoseconds - publish_margin_nanoseconds +
           static_cast<std::int64_t>(1e9 * static_cast<double>(frames) / configuration_.rate_hz);
}

std::int64_t Worker::turn_of_others(const WorkedVoice& voice, const ClockReading& now) const {
    const auto others = [&](const Overdue& waiting) { return waiting.voice != &voice; };
    const auto first = std::ranges::find_if(overdue_, others);
    if (first == overdue_.end()) return INT64_MAX;
    const auto count = std::ranges::count_if(overdue_, others);
    return last_moment(first->frame, now) - count * static_cast<std::int64_t>(floor_nanoseconds_);
}

bool Worker::another_is_low(const WorkedVoice& voice, std::int64_t clock) const {
    return due_.neediest_until(voice) < clock + ahead_.floor_frames;
}

// Rewinds that can wait leave a voice time to become safe: a stall is heard where a ring is shallow just then.
bool Worker::fills_first(const WorkedVoice& voice, std::int64_t clock) const {
    if (voice.rendered_until() >= clock + std::min(voice.depth_frames, ahead_.safe_frames)) return false;
    const auto turn = turn_of_others(voice, state_.clock().read());
    return turn != INT64_MAX && turn > now_ + static_cast<std::int64_t>(floor_nanoseconds_);
}

}  // namespace forerun
