// Follows tempo and beat as a piece or another machine gives them: tempos, transport, and MIDI clock ticks.
//
// Ticks come 24 to a quarter, with jitter. An update makes voices render again, so one is sent only when the tempo is off by
// more than the ticks so far leave uncertain, or the beat by more than 5 ms.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>

#include "shared/messages/event.h"
#include "shared/time/musical_time.h"

namespace forerun {

// [conductor] Frames of the calls never fall. Each says whether time() is another than before.
class BeatFollower {
public:
    explicit BeatFollower(double rate_hz) : rate_hz_(rate_hz) {}

    const MusicalTime& time() const { return time_; }

    bool tempo(double quarters_per_minute, std::int64_t frame) {
        if (!(quarters_per_minute >= slowest && quarters_per_minute <= fastest)) return false;
        if (quarters_per_minute == time_.tempo) return false;
        time_.go_to(frame, rate_hz_);
        time_.tempo = quarters_per_minute;
        return true;
    }

    // value: of a position, in sixteenths.
    bool transport(Transport what, double value, std::int64_t frame) {
        const auto before = time_;
        time_.go_to(frame, rate_hz_);
        switch (what) {
        case Transport::stop: time_.playing = starts_ = false; break;
        case Transport::start: time_.beat = 0; [[fallthrough]];
        case Transport::go_on:
            // The next tick is the beat that was stopped at.
            starts_ = !time_.playing || what == Transport::start;
            time_.playing = time_.playing && what == Transport::go_on;
            break;
        case Transport::position: time_.beat = value / 4; break;
        case Transport::run:
            time_.playing = true;
            starts_ = false;
            break;
        }
        counted_from_ = time_.beat;
        ticks_ = 0;
        return time_.playing != before.playing || time_.tempo != before.tempo ||
               time_.beat != before.beat_at(frame, rate_hz_);
    }

    bool tick(std::int64_t frame) {
        if (!window_.empty() && static_cast<double>(frame - window_.back()) > rate_hz_) window_.clear();
        window_.push_back(frame);
        if (window_.size() > longest_window) window_.pop_front();
        if (starts_) return begin(frame);
        if (!time_.playing) return measured_otherwise() && tempo(line().tempo, frame);
        const double beat = counted_from_ + static_cast<double>(++ticks_) / ticks_per_quarter;
        off_ = is_off(beat, frame) ? off_ + 1 : 0;
        // Twice is no jitter: the tempo has changed, and what came before that says nothing about it.
        if (off_ > 1) {
            while (window_.size() > shortest_window) window_.pop_front();
            off_ = 0;
            return follow(beat, frame);
        }
        if (window_.size() < shortest_window) return false;
        return (measured_otherwise() || is_off(beat + line().ahead_quarters, frame)) && follow(beat, frame);
    }

private:
    static constexpr double ticks_per_quarter = 24;
    static constexpr double slowest = 5, fastest = 2000;
    static constexpr double tolerated_seconds = 0.005;
    static constexpr std::size_t shortest_window = 7, longest_window = 97;  // ticks; four quarters

    bool begin(std::int64_t frame) {
        starts_ = false;
        if (window_.size() >= shortest_window) time_.tempo = line().tempo;
        time_.frame = frame;
        time_.playing = true;
        return true;
    }
    bool is_off(double beat, std::int64_t frame) const {
        return std::abs(beat - time_.beat_at(frame, rate_hz_)) * 60 / time_.tempo > tolerated_seconds;
    }
    bool follow(double beat, std::int64_t frame) {
        if (window_.size() >= shortest_window) {
            time_.tempo = line().tempo;
            beat += line().ahead_quarters;
        }
        time_.beat = beat;
        time_.frame = frame;
        return true;
    }

    // The straight line through the ticks of the window, by least squares, and how far it is beyond the newest tick there.
    struct Line {
        double tempo;
        double ahead_quarters;
    };
    Line line() const {
        const auto n = static_cast<double>(window_.size());
        const auto newest = window_.back();
        double sum = 0, moment = 0;
        for (std::size_t i = 0; i < window_.size(); ++i) {
            const auto back = static_cast<double>(window_[i] - newest);
            sum += back;
            moment += back * (static_cast<double>(i) - (n - 1) / 2);
        }
        const double per_tick = std::max(1.0, moment * 12 / (n * (n * n - 1)));
        const double fitted = sum / n + per_tick * (n - 1) / 2;
        const double tempo = 60 * rate_hz_ / (per_tick * ticks_per_quarter);
        return {std::min(fastest, std::max(slowest, tempo)), -fitted / (per_tick * ticks_per_quarter)};
    }
    // By more than a jitter of 1 ms or so leaves in doubt.
    bool measured_otherwise() const {
        if (window_.size() < shortest_window) return false;
        const double doubt = 0.3 / std::pow(static_cast<double>(window_.size()), 1.5);
        return std::abs(line().tempo / time_.tempo - 1) > doubt;
    }

    const double rate_hz_;
    MusicalTime time_;  // in engine frames
    std::deque<std::int64_t> window_;
    bool starts_ = false;  // with the next tick
    double counted_from_ = 0;
    std::int64_t ticks_ = 0;  // since then
    int off_ = 0;             // ticks in a row that were far from where they should be
};

}  // namespace forerun
