#include "script-runtime/worker/scheduler.h"

namespace forerun {

void Scheduler::begin_look(std::int64_t clock, std::int64_t limit) {
    looked_clock_ = clock;
    looked_limit_ = limit;
    due_.clear();
    due_later_.clear();
    overdue_.clear();
}

void Scheduler::add(WorkedVoice& voice) {
    if (!voice.overdue.empty()) overdue_.push_back({voice.earliest_overdue(), &voice});
    line_up(voice, looked_clock_, looked_limit_);
}

void Scheduler::line_up(WorkedVoice& voice, std::int64_t clock, std::int64_t limit) {
    if (!voice.wants_more()) return;
    const bool at_horizon = limit < clock + ahead_.depth_frames;
    const auto until = at_horizon ? std::min(limit, clock + depth_.wanted_fill(voice, clock)) - quantum_frames
                                  : clock + depth_.refill_at(voice, clock);
    if (voice.rendered_until() > until) return;
    (costs_.yields(voice) ? due_later_ : due_).add({voice.rendered_until(), voice.start.priority, &voice});
}

WorkedVoice* Scheduler::take_neediest() {
    auto* const voice = neediest();
    if (voice) due_.take();
    return voice;
}

WorkedVoice* Scheduler::take_later(std::int64_t clock) {
    if (due_later_.empty()) return nullptr;
    auto* const later = due_later_.neediest().voice;
    if (!costs_.others_bear(*later, due_.neediest_until(*later), clock)) return nullptr;
    due_later_.take();
    return later;
}

std::int64_t Scheduler::visit_ends(std::int64_t clock) const {
    if (due_.empty()) return INT64_MAX;
    const auto next_until = due_.neediest().rendered_until;
    return next_until + std::clamp<std::int64_t>((next_until - clock) / 8, 0, ahead_.refill_frames);
}

// A voice that was just taken back has its floor before another is taken back, and that before anybody's depth. Others that are
// as near their end share the time with the rewinds, which behind a stall are many and late: an underrun is worse than an event
// that is later still, but a note that is let go is what ends an overload.
bool Scheduler::may_rewind(std::int64_t clock, std::int64_t now) const {
    const auto* const voice = neediest();
    if (!voice) return true;
    const bool low = voice->rendered_until() < clock + ahead_.floor_frames;
    const bool floor_first = low && (voice->depth.floor_from_nanoseconds != 0 || owed_nanoseconds_ > 0);
    return !floor_first && !fills_first(*voice, clock, now);
}

// Rewinds that can wait leave a voice time to become safe: a stall is heard where a ring is shallow just then.
bool Scheduler::fills_first(const WorkedVoice& voice, std::int64_t clock, std::int64_t now) const {
    if (voice.rendered_until() >= clock + std::min(voice.depth.frames, ahead_.safe_frames)) return false;
    const auto turn = turn_of_others(voice, clock_.read());
    return turn != INT64_MAX && turn > now + static_cast<std::int64_t>(floor_nanoseconds_);
}

std::int64_t Scheduler::last_moment(std::int64_t frame, const ClockReading& reading) const {
    return reading.nanoseconds - publish_margin_nanoseconds + nanoseconds_of(frame - reading.frame - block_frames_);
}

std::int64_t Scheduler::turn_of_others(const WorkedVoice& voice, const ClockReading& reading) const {
    const auto others = [&](const Overdue& waiting) { return waiting.voice != &voice; };
    const auto first = std::ranges::find_if(overdue_, others);
    if (first == overdue_.end()) return INT64_MAX;
    const auto count = std::ranges::count_if(overdue_, others);
    return last_moment(first->frame, reading) - count * static_cast<std::int64_t>(floor_nanoseconds_);
}

std::int64_t Scheduler::next_due(const std::vector<std::unique_ptr<WorkedVoice>>& voices, std::int64_t now) const {
    const auto clock = clock_.frame();
    const auto block_began = clock_.read().nanoseconds;
    auto next = INT64_MAX;
    for (const auto& voice : voices) {
        // It waits for an acknowledgement: a block or two.
        if (!voice->overdue.empty() || voice->replay.timeline) return now;
        if (!voice->wants_more()) continue;
        const auto due = nanoseconds_of(voice->rendered_until() - depth_.refill_at(*voice, clock) - clock);
        // To the least depth a part of a block matters.
        next = std::min(next, (depth_.is_live(*voice, clock) ? block_began : now) + due);
    }
    return next;
}

}  // namespace forerun
