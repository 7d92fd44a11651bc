#include "script-runtime/host/voice_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "script-runtime/host/instance.h"
#include "script-runtime/host/valid_samples.h"
#include "script-runtime/host/waiting_report.h"
#include "script-runtime/sandbox/sandbox.h"
#include "script-runtime/sandbox/thread_time.h"
#include "shared/bad_input.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

struct TestNote {
    int key;
    int held_quanta;
};
// The first is long enough for a table that grows by one value per quantum to exceed the limit of 8192 in lua/checkpoints.lua. The
// others have pitches that drive filters and delays to their limits.
constexpr TestNote test_notes[] = {{60, 9000}, {36, 200}, {96, 200}};
constexpr int most_release_quanta = 1500;
// A note that still sounds after this is called endless: a minute of sound, or as much as a second of computing gives.
constexpr int quanta_per_second = 750;
constexpr int longest_release_quanta = 60 * quanta_per_second;
constexpr std::int64_t longest_wait_nanoseconds = 1'000'000'000;
constexpr int quanta_between_saves = 4;  // workers never save checkpoints more often
constexpr int quanta_between_events = 16;
constexpr std::int64_t longest_check_nanoseconds = 10'000'000'000;

std::int64_t median(std::vector<std::int64_t>& values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

class VoiceChecker {
public:
    VoiceChecker(LuaHost& host, const InstrumentDescription& description, const ScriptRuntime::Waiting& waiting)
        : host_(host), description_(description), waiting_report_(waiting) {
        check_.script = shown_path(description.script);
        prepare_events();
    }

    VoiceCheck run() {
        host_.load_instrument(0, description_);
        host_.warm(0, 0);
        host_.set_quiet(true);  // silent notes do not print
        for (const auto& test_note : test_notes)
            if (!is_over()) play(test_note);
        check_.checkpoint_nanoseconds = median(save_nanoseconds_);
        check_.quantum_nanoseconds = median(quantum_nanoseconds_);
        return check_;
    }

private:
    // Every event that a sounding note may get; each group ends with the neutral value.
    void prepare_events() {
        constexpr double two_keys_ratio = 1.122462;
        for (const double ratio : {two_keys_ratio, 1 / two_keys_ratio, 1.0})
            events_.push_back([this, ratio] { host_.set_pitch(*instance_, frequency_hz_, ratio); });
        for (const auto control : all_voice_controls) {
            if (control == VoiceControl::bend) continue;
            const auto rest = description_of(control).voice_rest;
            const auto move_to = [&](double value) {
                events_.push_back([this, control, value] { host_.set_control(*instance_, control, value); });
            };
            move_to(1);
            move_to(0);
            if (rest != 0) move_to(rest);
        }
        for (std::size_t p = 0; p < description_.parameters.size(); ++p) {
            const auto& parameter = description_.parameters[p];
            values_.push_back(parameter.value);
            for (const float value : {parameter.minimum, parameter.maximum, parameter.value})
                events_.push_back(
                    [this, p, value] { host_.set_parameter(*instance_, static_cast<std::uint16_t>(p), value); });
        }
    }

    // Failed instances are destroyed with the host.
    void require(bool ok) const {
        if (!ok) throw BadInput(host_.error());
    }

    void play(const TestNote& test_note) {
        StartNote note;
        note.key = test_note.key;
        note.frequency_hz = frequency_hz_ = description_.key_hz(test_note.key);
        note.parameters = values_;
        instance_ = host_.take(0);
        require(instance_ && host_.start(*instance_, note));
        check_.state_bytes = std::max<std::uint64_t>(check_.state_bytes, host_.state_bytes(*instance_));
        frame_ = 0;
        done_ = false;
        save();
        render_quanta(test_note.held_quanta);
        if (!done_) {
            require(host_.release(*instance_));
            save();
            render_quanta(most_release_quanta);
            if (!done_ && check_.endless.empty() && !check_.cut_short) check_end();
        }
        host_.forget_checkpoint(checkpoint_);
        host_.give_back(instance_);
        host_.collect_step();
    }

    // Limits the time for a slow voice.
    bool is_over() {
        if (time_.nanoseconds() < deadline_nanoseconds_) return false;
        check_.cut_short = true;
        return true;
    }

    void render_quanta(int quanta) {
        for (int i = 1; i <= quanta && !done_ && !is_over(); ++i) {
            waiting_report_.update(
                [&] { return "playing " + check_.script + " for a check; 10 s of CPU time at most"; });
            if (i % quanta_between_events == 0) {
                save();
                render_with_event(1 + i % static_cast<int>(quantum_frames - 1));
                save();
            } else {
                const auto began = monotonic_nanoseconds();
                require(host_.render(*instance_, frame_, 0, quantum_frames) && host_.done(*instance_, done_));
                quantum_nanoseconds_.push_back(monotonic_nanoseconds() - began);
                check_samples();
            }
            frame_ += quantum_frames;
            if (i % quanta_between_saves != 0) continue;
            save();
            host_.collect_step();  // as a worker does when its rings are full enough
        }
    }

    void render_with_event(int at) {
        require(host_.render(*instance_, frame_, 0, at));
        events_[next_event_++ % events_.size()]();
        require(host_.render(*instance_, frame_, at, static_cast<int>(quantum_frames) - at) &&
                host_.done(*instance_, done_));
        check_samples();
    }

    void save() {
        if (!check_.fixed.empty()) return;
        const auto began = monotonic_nanoseconds();
        const bool saved = host_.save_checkpoint(*instance_, checkpoint_);
        save_nanoseconds_.push_back(monotonic_nanoseconds() - began);
        saved_frame_ = frame_;
        if (saved) return;
        check_.fixed = instance_->refusal;
        require(!check_.fixed.empty());
    }

    // The note was released long ago and still sounds. Some sounds are that long.
    void check_end() {
        const auto amp = host_.amp_state(*instance_);
        const auto deadline = monotonic_nanoseconds() + longest_wait_nanoseconds;
        const auto last = frame_ + static_cast<std::int64_t>(longest_release_quanta) * quantum_frames;
        for (; !done_ && frame_ < last; frame_ += quantum_frames) {
            require(host_.render(*instance_, frame_, 0, quantum_frames) && host_.done(*instance_, done_));
            if (monotonic_nanoseconds() > deadline) break;
        }
        if (done_) return;
        const bool says_done = host_.says_done(*instance_);
        if (!says_done && !amp.empty() && host_.amp_state(*instance_) == amp)
            check_.endless = host_.place_of(*instance_, "sound") +
                             ": the voice never ends: its self.amp does not move; call self.amp:next() in every frame";
        else if (frame_ >= last)
            check_.endless =
                host_.place_of(*instance_, says_done ? "done" : "sound") +
                fmt::format(": the voice never ends: it still plays {} s after its release; {} must become true",
                            longest_release_quanta / quanta_per_second, says_done ? "done(self)" : "self.amp:ended()");
    }

    void check_samples() {
        if (check_.silenced_frame >= 0) return;
        const float* bad = first_invalid(host_.left(), quantum_frames);
        if (!bad && description_.channels == 2) bad = first_invalid(host_.right(), quantum_frames);
        if (!bad) return;
        const float value = *bad;
        check_.silenced_frame = frame_;
        const auto source = find_source();
        const auto comma = std::min(source.find(", "), source.size());
        check_.silenced = fmt::format("{}: makes samples that are not numbers or beyond 64 ({}{})",
                                      source.substr(0, comma), sample_text(value), source.substr(comma));
    }

    // The source of an invalid sample in this quantum: renders it again from the last checkpoint, line by line. If that is
    // impossible, or an event in the quantum was the cause, the function's place.
    std::string find_source() {
        const auto function = host_.place_of(*instance_, "sound");
        Checkpoint after;
        if (!check_.fixed.empty() || !host_.save_checkpoint(*instance_, after)) return function;
        std::string line;
        bool plays = host_.restore_checkpoint(*instance_, checkpoint_);
        for (auto frame = saved_frame_; plays && frame < frame_; frame += quantum_frames)
            plays = host_.render(*instance_, frame, 0, quantum_frames);
        if (plays) line = host_.find_bad_number(*instance_, frame_);
        require(host_.restore_checkpoint(*instance_, after));
        host_.forget_checkpoint(after);
        return line.empty() ? function : line;
    }

    LuaHost& host_;
    const InstrumentDescription& description_;
    VoiceCheck check_;
    std::vector<float> values_;  // of the parameters, when a note starts
    std::vector<std::function<void()>> events_;
    std::size_t next_event_ = 0;
    std::vector<std::int64_t> quantum_nanoseconds_, save_nanoseconds_;
    Instance* instance_ = nullptr;
    Checkpoint checkpoint_;
    std::int64_t frame_ = 0, saved_frame_ = 0;
    double frequency_hz_ = 440;
    bool done_ = false;
    WaitingReport waiting_report_;
    const ThreadTime time_;
    const std::int64_t deadline_nanoseconds_ = time_.nanoseconds() + longest_check_nanoseconds;
};

}  // namespace

VoiceCheck check_voice(LuaHost& host, const InstrumentDescription& description, const ScriptRuntime::Waiting& waiting) {
    return VoiceChecker(host, description, waiting).run();
}

}  // namespace forerun
