#include "tools/measure/run/cell_recorder.h"

#include <algorithm>

namespace forerun::measure {

CellRecorder::CellRecorder(Engine& engine, const CellProbes& probes)
    : engine_(engine),
      rate_hz_(engine.configuration().rate_hz),
      fills_(engine),
      probes_(probes),
      workers_(engine.state().header().workers),
      seconds_(probes.readers()) {}

void CellRecorder::measure_from(std::int64_t frame, std::int64_t now) {
    look(now);
    first_frame_ = frame;
    counts_ = {};
    gaps_.clear();
    pictures_.clear();
    if (probes_.has_traces()) seconds_.begin(now);
}

void CellRecorder::measure_to(std::int64_t frame, std::int64_t now) {
    look(now);
    end_frame_ = frame;
    end_nanoseconds_ = now;
}

void CellRecorder::look(std::int64_t now) {
    take_spans();
    take_notifications();
    const auto frame = engine_.state().clock().frame();
    const bool measures = frame >= first_frame_ && frame < end_frame_;
    fills_.look(now, measures ? static_cast<int>(static_cast<double>(frame - first_frame_) / rate_hz_) : -1);
    while (!waiting_.empty() && explained(waiting_.front(), now, false)) {
        add(waiting_.front());
        waiting_.pop_front();
    }
    seconds_.look(std::min(now, end_nanoseconds_), workers_);
    for (auto& worker : workers_) worker.forget_before(std::min(now - kept_nanoseconds, seconds_.needed_from(now)));
}

void CellRecorder::take_spans() {
    ActivitySpan span;
    for (std::size_t w = 0; w < probes_.traces().size(); ++w)
        while (probes_.traces()[w]->next(span)) workers_[w].add(span);
}

void CellRecorder::take_notifications() {
    for (Notification n; engine_.next_notification(n);) {
        if (n.kind == NotificationKind::underrun) {
            if (n.underrun.frame >= first_frame_) waiting_.push_back(n.underrun);
            continue;
        }
        counts_.errors += n.kind == NotificationKind::error;
        counts_.quality_changes += n.kind == NotificationKind::quality_changed;
        counts_.late_switches += n.kind == NotificationKind::late_switch;
        counts_.voices_started += n.kind == NotificationKind::voice_started;
        counts_.voices_stolen += n.kind == NotificationKind::voice_stolen;
        if (n.kind == NotificationKind::error && counts_.first_error.empty()) counts_.first_error = n.text;
    }
}

// What the worker did until the underrun ended is known, and so is what came right after it.
bool CellRecorder::explained(const UnderrunRecord& record, std::int64_t now, bool at_once) {
    const auto end = record.began_nanoseconds +
                     static_cast<std::int64_t>(1e9 * static_cast<double>(record.frames_missing) / rate_hz_);
    if (at_once || now > end + patience_nanoseconds) return true;
    return record.worker < workers_.size() && workers_[record.worker].known_until() > end + patience_nanoseconds / 5;
}

void CellRecorder::add(const UnderrunRecord& record) {
    if (record.frame >= end_frame_) return;
    Gap gap;
    gap.voice = record.serial;
    gap.slot = record.slot;
    const auto& instruments = engine_.rig().instruments;
    if (record.instrument < instruments.size()) gap.instrument = instruments[record.instrument].name;
    gap.frame = record.frame - first_frame_;
    gap.frames = std::max<std::int64_t>(1, std::min(record.frames_missing, end_frame_ - record.frame));
    gap.fill_before = record.fill_before;
    gap.worker = record.worker;
    gap.late_start = record.late_start;
    gap.stopped = record.stopped;
    if (probes_.has_traces() && record.worker < workers_.size()) {
        const auto depth =
            static_cast<std::int64_t>(1e9 * static_cast<double>(engine_.state().header().depth_frames) / rate_hz_);
        explain(gap, record, workers_[record.worker], rate_hz_, depth);
    } else {
        gap.cause = cause_of(record.activity);
        gap.cause_voice = record.activity_serial;
    }
    gaps_.push_back(gap);
    draw(gaps_.size() - 1, record, static_cast<std::int64_t>(1e9 * static_cast<double>(gap.frames) / rate_hz_));
}

// The longest ones are kept.
void CellRecorder::draw(std::size_t gap, const UnderrunRecord& record, std::int64_t length) {
    if (pictures_.size() == most_pictures) {
        const auto least = std::min_element(pictures_.begin(), pictures_.end(), [&](const auto& a, const auto& b) {
            return gaps_[a.gap].frames < gaps_[b.gap].frames;
        });
        if (gaps_[least->gap].frames >= gaps_[gap].frames) return;
        pictures_.erase(least);
    }
    const auto zero = record.began_nanoseconds;
    const auto from = zero - std::clamp<std::int64_t>(2 * length, 50'000'000, 1'000'000'000),
               to = zero + length + length / 2 + 20'000'000;
    const auto ms = [zero](std::int64_t nanoseconds) { return static_cast<double>(nanoseconds - zero) / 1e6; };
    GapPicture picture{.gap = gap};
    for (const auto& look : fills_.lately(record.slot, record.serial, from))
        if (look.nanoseconds < to) picture.fill.emplace_back(ms(look.nanoseconds), look.fill_frames);
    if (record.worker < workers_.size())
        for (const auto& s : workers_[record.worker].stretches(from, to)) {
            const auto cause = cause_of(s.activity);
            // Short visits in turn are one stretch to an eye.
            auto& did = picture.did;
            if (!did.empty() && did.back().cause == cause &&
                (did.back().voice == s.serial || did.back().voice == 0 || cause == Cause::rendering)) {
                did.back().to_ms = ms(s.to_nanoseconds);
                if (did.back().voice != s.serial) did.back().voice = 0;
            } else {
                did.push_back({ms(s.from_nanoseconds), ms(s.to_nanoseconds), cause, s.serial});
            }
        }
    pictures_.push_back(std::move(picture));
}

void CellRecorder::finish(std::int64_t now, CellRecord& record) {
    look(now);
    for (const auto& waiting : waiting_) add(waiting);
    waiting_.clear();
    fills_.finish();
    seconds_.finish(std::min(now, end_nanoseconds_), workers_);
    for (const auto& trace : probes_.traces()) counts_.spans_lost += trace->lost();
    // Underruns become known when they end, in any order of their beginnings; pictures name them by their place.
    record.gaps = gaps_;
    record.windows = fills_.windows();
    record.workers = seconds_.done();
    for (const auto& instrument : engine_.rig().instruments) record.instruments.push_back(instrument.name);
    std::sort(pictures_.begin(), pictures_.end(), [](const auto& a, const auto& b) { return a.gap < b.gap; });
    record.pictures = std::move(pictures_);
}

}  // namespace forerun::measure
