// Who costs more than its share of a worker's time, and what follows from it (cost_watch.h).
//
// A voice that yields is not in the line of the others: it is rendered a quantum at a time, while they have enough to outlast
// it. So it loses depth, and then quality, before they lose anything, and when that is not enough it is stopped as one whose
// script failed: its end is a logged decision, which a replay repeats. Offline there is no real time to keep up with.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "script-runtime/worker/worker.h"

namespace forerun {
namespace {

constexpr double noticed_share = 1.0 / 12;  // of real time; what is below costs no look at the CPU clock
constexpr std::int64_t slow_start_nanoseconds = 5'000'000;
constexpr std::int64_t told_start_nanoseconds = 20'000'000;
constexpr double start_smoothing = 0.5;
constexpr double least_share = 0.1;
constexpr double mean_smoothing = 0.01;
constexpr double most_in_mean_nanoseconds = 10e6;
constexpr double kept_low_seconds = 5;

double milliseconds(double nanoseconds) { return 1e-6 * nanoseconds; }

}  // namespace

std::int64_t Worker::cost_between(std::int64_t began, std::int64_t now) {
    if (static_cast<double>(now - began) < noticed_share * sound_nanoseconds_) return now - began;
    const auto cpu = scheduling_->cpu_since(began, now);
    scheduling_->worked_until(now);
    return cpu;
}

std::int64_t Worker::injected_cost(const WorkedVoice& voice, std::int64_t frames) {
    return injected_cost_.charge(
        voice.note.instrument, voice.rendered_until(), frames, [this] { return state_.clock().frame(); }, line_,
        [this] { return thread_.stopping(); });
}

void Worker::charge_quantum(WorkedVoice& voice, std::int64_t began, std::int64_t now) {
    if (configuration_.offline) return;
    auto cost = cost_between(began, now);
    const double counted = std::min(static_cast<double>(cost), most_in_mean_nanoseconds);
    mean_cost_nanoseconds_ += mean_smoothing * (counted - mean_cost_nanoseconds_);
    cost += injected_cost(voice, injected_cost_.quantum_frames(voice.quality));
    const bool noticed = static_cast<double>(cost) >= noticed_share * sound_nanoseconds_;
    if (!noticed && !voice.cost.owes()) return;
    voice.cost.add(cost, std::llround(sound_nanoseconds_), share_);
    if (voice.cost.yields() || !voice.cost.owes()) usual_cost_[voice.note.instrument] = voice.cost.cost_nanoseconds();
}

// A start that takes long is known from the one before it: the notes to come begin when the others can wait.
void Worker::charge_start(WorkedVoice& voice, std::int64_t began) {
    if (configuration_.offline) return;
    // What notes before it have cost is known, but not yet of this one.
    if (const auto usual = usual_cost_[voice.note.instrument]; usual > 0) voice.cost.expect(usual);
    const auto cost =
        cost_between(began, monotonic_nanoseconds()) + injected_cost(voice, injected_cost_.start_frames());
    if (static_cast<double>(cost) >= noticed_share * sound_nanoseconds_) voice.cost.add(cost, 0, 1);
    auto& usual = start_nanoseconds_[voice.note.instrument];
    usual += static_cast<std::int64_t>(start_smoothing * static_cast<double>(cost - usual));
    if (cost >= told_start_nanoseconds)
        tell_slow(voice, fmt::format("{}: start takes {:.0f} ms; notes of \"{}\" begin late when the others need that "
                                     "time. Prepare at the top of the file what does not depend on the note",
                                     host_->place_of(*voice.instance, "start"), milliseconds(static_cast<double>(cost)),
                                     rig_.instruments[voice.note.instrument].name));
}

bool Worker::yields(const WorkedVoice& voice) const {
    if (voice.begun) return voice.cost.yields();
    return usual_cost_[voice.note.instrument] > 0 ||
           start_nanoseconds_[voice.note.instrument] >= slow_start_nanoseconds;
}

// Whether the voices that are rendered first have enough for what this one takes next.
bool Worker::others_bear(const WorkedVoice& voice, std::int64_t clock) const {
    const auto others_until = due_.neediest_until(voice);
    if (others_until == INT64_MAX) return true;
    const double cost = std::max(voice.cost.cost_nanoseconds(),
                                 voice.begun ? 0.0
                                             : static_cast<double>(start_nanoseconds_[voice.note.instrument]) +
                                                   usual_cost_[voice.note.instrument]);
    const auto frames = static_cast<std::int64_t>(1e-9 * cost * configuration_.rate_hz);
    return others_until - clock >= std::min(ahead_.safe_frames + 2 * frames, ahead_.depth_frames * 3 / 4);
}

// Up to where the voices that do not yield are rendered, wherever they are in their line; INT64_MAX: there are none.
std::int64_t Worker::least_of_others(const WorkedVoice& voice) const {
    auto until = INT64_MAX;
    for (const auto& other : voices_)
        if (other.get() != &voice && other->wants_more() && !yields(*other))
            until = std::min(until, other->rendered_until());
    return until;
}

// A rewind is not left before it can be heard: it must not take longer than the others can wait.
bool Worker::affords_rewind(const WorkedVoice& voice, std::int64_t clock) const {
    const double cost = voice.cost.cost_nanoseconds();
    if (cost == 0 || !voice.cost.yields()) return true;
    const auto others_until = least_of_others(voice);
    if (others_until == INT64_MAX) return true;
    const auto from = voice.frame_of(*std::ranges::min_element(voice.overdue, {}, &VoiceMessage::frame));
    const auto last = std::max(from, clock - voice.start_frame) + ahead_.publish_frames;
    const auto quanta = (last - from) / quantum_frames + voice.checkpoints.spacing_frames() / quantum_frames;
    const auto frames = static_cast<std::int64_t>(1e-9 * cost * static_cast<double>(quanta) * configuration_.rate_hz);
    return others_until - clock - frames >= ahead_.floor_frames;
}

void Worker::tell_slow(const WorkedVoice& voice, const std::string& text) {
    const auto version = version_of(voice).description.version;
    auto& told = told_slow_[voice.note.instrument];
    if (told == version + 1) return;
    told = version + 1;
    reports_.report(voice, WorkerReportKind::slow, voice.rendered_until(), 0, text);
}

std::string Worker::cost_text(const WorkedVoice& voice) const {
    const double cost = voice.cost.cost_nanoseconds();
    const bool in_release = 2.0 * static_cast<double>(voice.release_nanoseconds) > cost;
    const auto place = host_->place_of(*voice.instance, in_release ? "release" : "sound");
    return fmt::format("{}: {:.1f} ms of sound take {:.{}f} ms", place, milliseconds(sound_nanoseconds_),
                       milliseconds(cost), cost < 1e7 ? 1 : 0);
}

bool Worker::follow_cost(WorkedVoice& voice, std::int64_t clock) {
    if (!voice.cost.owes() || voice.ended || configuration_.offline) [[likely]]
        return false;
    const auto fill = voice.rendered_until() - clock;
    if (fill < ahead_.publish_frames) voice.cost.ran_dry();
    if (voice.cost.is_notable() && static_cast<double>(fill) < quality_.down * static_cast<double>(ahead_.depth_frames))
        tell_slow(voice,
                  fmt::format("{}, more than the share of \"{}\": it loses depth and then quality, and is stopped "
                              "if it cannot keep up",
                              cost_text(voice), rig_.instruments[voice.note.instrument].name));
    if (configuration_.quality_scaling && voice.quality > 0) {
        const bool is_low = static_cast<double>(fill) < quality_.down * static_cast<double>(voice.depth_frames);
        if (!voice.cost.wants_less() || !is_low) return false;
        change_quality(voice, voice.quality - 1);
        voice.keep_low_until_frame = clock + std::llround(kept_low_seconds * configuration_.rate_hz);
        voice.cost.lowered();
        return false;
    }
    // A timeline that is published empty has no last sample to decay from.
    if (!voice.cost.is_hopeless() || voice.position <= voice.seam_frame) return false;
    fail(voice,
         fmt::format("{}{}: too slow for real time, the note of \"{}\" is stopped. Make it cheaper, or render it "
                     "into a file (forerun render)",
                     cost_text(voice), configuration_.quality_scaling ? " at the least quality" : "",
                     rig_.instruments[voice.note.instrument].name));
    return true;
}

// What a voice may take while there is too little time for all: twice an even part, or three times what they cost in the mean.
// So where all cost the same there is nobody to blame, only an overload.
void Worker::find_share() {
    const auto sounding = std::ranges::count_if(voices_, [](const auto& voice) { return voice->wants_more(); });
    share_ = 1;
    if (load_.whole_load() <= configuration_.load_ceiling || sounding < 2) return;
    const double even = 2 * configuration_.load_ceiling / static_cast<double>(sounding);
    share_ = std::clamp(std::max(even, 3 * mean_cost_nanoseconds_ / sound_nanoseconds_), least_share, 1.0);
}

}  // namespace forerun
