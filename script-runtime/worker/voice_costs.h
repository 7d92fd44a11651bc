// What a worker's voices cost, and which wait because of it: accounts for all voices, where cost_watch.h looks at one.
//
// A voice that yields is not in the queue of the others: it is rendered while their rings have enough. The next note of an
// instrument starts with the cost of the notes before. All costs are CPU time in nanoseconds, per quantum or per start;
// offline there is no deadline, and nothing is counted.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "script-runtime/worker/render_ahead.h"
#include "script-runtime/worker/worked_voice.h"
#include "shared/configuration.h"

namespace forerun {

// Belongs to the worker's thread.
class VoiceCosts {
public:
    VoiceCosts(const Configuration& configuration, const RenderAhead& ahead, std::size_t instruments)
        : rate_hz_(configuration.rate_hz),
          load_ceiling_(configuration.load_ceiling),
          ahead_(ahead),
          sound_(1e9 * static_cast<double>(quantum_frames) / rate_hz_),
          of_(instruments) {}

    double sound_nanoseconds() const { return sound_; }  // how long a quantum sounds
    // Below this, reading the CPU clock is not worth its cost.
    bool is_noticeable(std::int64_t cost) const { return static_cast<double>(cost) >= noticed_share * sound_; }

    // ---- What was spent

    // injected: what a test adds; not counted in the mean.
    void add_quantum(WorkedVoice& voice, std::int64_t cost, std::int64_t injected) {
        const double counted = std::min(static_cast<double>(cost), most_in_mean_nanoseconds);
        mean_ += mean_smoothing * (counted - mean_);
        cost += injected;
        if (!is_noticeable(cost) && !voice.cost.owes()) return;
        voice.cost.add(cost, std::llround(sound_), share_);
        if (voice.cost.yields() || !voice.cost.owes()) of_[voice.note.instrument].usual = voice.cost.cost_nanoseconds();
    }
    // Before its start: assumes the cost of the instrument's notes before.
    void expect(WorkedVoice& voice) const {
        if (const auto usual = of_[voice.note.instrument].usual; usual > 0) voice.cost.expect(usual);
    }
    // After a slow start, later notes of the instrument begin when the others can wait.
    void add_start(WorkedVoice& voice, std::int64_t cost) {
        if (is_noticeable(cost)) voice.cost.add(cost, 0, 1);
        auto& start = of_[voice.note.instrument].start;
        start += static_cast<std::int64_t>(start_smoothing * static_cast<double>(cost - start));
    }
    // Its warming took too long, so its notes are expected to be expensive.
    void expect_slow(std::size_t instrument) { of_[instrument].usual = sound_; }
    // Once per version of an instrument's script.
    bool is_first_report(std::uint16_t instrument, std::uint16_t version) {
        if (of_[instrument].reported == version + 1) return false;
        of_[instrument].reported = version + 1;
        return true;
    }

    // ---- Who waits

    bool yields(const WorkedVoice& voice) const {
        if (voice.begun) return voice.cost.yields();
        const auto& known = of_[voice.note.instrument];
        return known.usual > 0 || known.start >= slow_start_nanoseconds;
    }
    // Whether voices that are rendered up to `others_until` have enough for what this one takes next. INT64_MAX: there are none.
    bool others_bear(const WorkedVoice& voice, std::int64_t others_until, std::int64_t clock) const {
        if (others_until == INT64_MAX) return true;
        const auto& known = of_[voice.note.instrument];
        const double to_begin = voice.begun ? 0.0 : static_cast<double>(known.start) + known.usual;
        const auto frames = frames_of(std::max(voice.cost.cost_nanoseconds(), to_begin));
        return others_until - clock >= std::min(ahead_.safe_frames + 2 * frames, ahead_.depth_frames * 3 / 4);
    }
    // Up to where the voices that do not yield are rendered, wherever they are in their line; INT64_MAX: there are none.
    std::int64_t least_of_others(const std::vector<std::unique_ptr<WorkedVoice>>& voices,
                                 const WorkedVoice& voice) const {
        auto until = INT64_MAX;
        for (const auto& other : voices)
            if (other.get() != &voice && other->wants_more() && !yields(*other))
                until = std::min(until, other->rendered_until());
        return until;
    }
    // A rewind is not interrupted before it is published, so it must not take longer than the others can wait.
    static bool may_delay_others(const WorkedVoice& voice) {
        return voice.cost.cost_nanoseconds() != 0 && voice.cost.yields();
    }
    bool others_bear_rewind(const WorkedVoice& voice, std::int64_t others_until, std::int64_t clock) const {
        if (others_until == INT64_MAX) return true;
        const auto from = voice.frame_of(*std::ranges::min_element(voice.overdue, {}, &VoiceMessage::frame));
        const auto last = std::max(from, clock - voice.start_frame) + ahead_.publish_frames;
        const auto quanta = (last - from) / quantum_frames + voice.checkpoints.spacing_frames() / quantum_frames;
        const auto frames = frames_of(voice.cost.cost_nanoseconds() * static_cast<double>(quanta));
        return others_until - clock - frames >= ahead_.floor_frames;
    }

    // ---- Shares

    // What a voice may take while there is too little time for all: twice an even part, or three times what they cost in the
    // mean. So where all cost the same no voice is over its share: it is an overload.
    void find_share(std::int64_t sounding, double whole_load) {
        share_ = 1;
        if (whole_load <= load_ceiling_ || sounding < 2) return;
        const double even = 2 * load_ceiling_ / static_cast<double>(sounding);
        share_ = std::clamp(std::max(even, 3 * mean_ / sound_), least_share, 1.0);
    }
    double share() const { return share_; }  // of real time

private:
    static constexpr double noticed_share = 1.0 / 12;  // of real time
    static constexpr std::int64_t slow_start_nanoseconds = 5'000'000;
    static constexpr double start_smoothing = 0.5;
    static constexpr double least_share = 0.1;
    static constexpr double mean_smoothing = 0.01;
    static constexpr double most_in_mean_nanoseconds = 10e6;

    struct Instrument {
        std::int64_t start = 0;  // what one takes, smoothed
        double usual = 0;        // a quantum's, while its voices yield; else 0
        int reported = 0;        // version + 1 for which slowness was reported
    };

    std::int64_t frames_of(double nanoseconds) const {
        return static_cast<std::int64_t>(1e-9 * nanoseconds * rate_hz_);
    }

    const double rate_hz_, load_ceiling_;
    const RenderAhead& ahead_;
    const double sound_;
    std::vector<Instrument> of_;
    double mean_ = 0;  // of a quantum
    double share_ = 1;
};

}  // namespace forerun
