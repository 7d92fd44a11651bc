// A voice that is held on a live engine, watched by a cell's recorder, whose worker may stop answering.
//
// Time is the engine's, which passes when the test plays. What a worker does is seen from its own word (SharedState), never
// guessed from how long something took; only a test that fails waits for its patience to end.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "shared/metrics/metric_copies.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/script_folder.h"
#include "tools/measure/run/cell_recorder.h"

namespace forerun::measure {

inline const char* const constant_sample = "return 0.1";

inline std::string text_of(const std::vector<Gap>& gaps) {
    std::string text;
    for (const auto& g : gaps) {
        text += "voice " + std::to_string(g.voice) + ": " + std::to_string(g.frames) + " frames, " +
                std::string(name_of(g.cause)) + " of " + std::to_string(g.cause_voice) + ";";
        for (std::size_t c = 0; c < timed_causes; ++c)
            if (g.micros[c] > 0)
                text += " " + std::string(name_of(static_cast<Cause>(c))) + " " + std::to_string(g.micros[c]) + " us";
        text += "\n";
    }
    return text;
}

inline double sum_us(const Gap& gap) {
    double sum = 0;
    for (const double us : gap.micros) sum += us;
    return sum;
}

struct Scene {
    static constexpr std::int64_t patience_nanoseconds = 30'000'000'000;
    static constexpr std::int64_t nearly_full_frames = 3000;  // of 4096
    static constexpr std::int64_t some_blocks_frames = 200;

    explicit Scene(const std::filesystem::path& script, const char* faults = "none",
                   const Configuration& configuration = live_configuration())
        : probes(faults_of(faults), configuration.rate_hz, true),
          live(script, configuration, {}, {}, &probes),
          recorder(live.engine, probes) {}

    const SharedState& state() const { return live.engine.state(); }
    const WorkerLine& worker() const { return state().worker(0); }
    WorkerActivity activity() const { return WorkerActivity::unpacked(worker().activity.load()); }
    std::uint64_t injected(FaultKind fault) const { return probes.faults(fault); }
    double clock_seconds() const { return static_cast<double>(live.clock()) / live.engine.configuration().rate_hz; }

    // Lets the others run, without time passing, until it is so. False: out of patience.
    template <typename Condition>
    bool until(Condition is_so) {
        const auto end = monotonic_nanoseconds() + patience_nanoseconds;
        while (true) {
            recorder.look(monotonic_nanoseconds());
            if (is_so()) return true;
            if (monotonic_nanoseconds() > end) return false;
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
    }
    bool filled(std::uint32_t slot, std::int64_t frames) {
        return until([&] { return live.fill(slot) > frames; });
    }

    // Holds a key and lets the ring fill; from then on it is measured.
    bool hold(int channel = 0) {
        live.send(EventKind::note_on, 60, 1, channel, live.clock() + 64);
        return filled(held_++, nearly_full_frames);
    }
    void measure() { recorder.measure_from(live.clock(), monotonic_nanoseconds()); }

    void block() {
        live.engine.process(out.data(), 64);
        recorder.look(monotonic_nanoseconds());
    }
    // A block for which every voice has its frames.
    bool patient_block() {
        if (!until([&] { return all_ready(); })) return false;
        block();
        return true;
    }
    bool play_patiently(double to_seconds) {
        while (clock_seconds() < to_seconds)
            if (!patient_block()) return false;
        return true;
    }

    // Plays with a full ring until it is so, which a worker may say while it does not fill the ring.
    template <typename Condition>
    bool play_until(Condition is_so) {
        for (int blocks = 0; blocks < 100'000; ++blocks) {
            if (!until([&] { return is_so() || live.fill(0) > nearly_full_frames; })) return false;
            if (is_so()) return true;
            block();
        }
        return false;
    }
    // Plays what the ring holds and so many blocks more. Then waits for the worker and plays until the underrun has ended.
    bool run_dry(std::uint32_t slot, int blocks_more) {
        while (live.fill(slot) > 0) block();
        for (int more = 0; more < blocks_more; ++more) block();
        for (int blocks = 0; blocks < 10'000; ++blocks) {
            if (!filled(slot, some_blocks_frames)) return false;
            if (underruns_ended() == state().header().mixer.underrun_events.load())
                return filled(slot, nearly_full_frames);
            block();
        }
        return false;
    }
    // Plays until this fault happens, and into its underrun.
    bool run_dry_in(FaultKind fault, int blocks_more) {
        const auto before = injected(fault);
        return play_until([&] { return injected(fault) > before; }) && run_dry(0, blocks_more);
    }

    // Every underrun that has ended has its cause.
    bool all_explained() {
        const auto& late_starts = state().header().mixer.late_starts;
        return until([&] { return recorder.gaps().size() == underruns_ended() + late_starts.load(); });
    }
    // Does it again until there is such a gap. The machine may pause just then, and the test with it, so that once is not
    // always enough.
    template <typename IsIt, typename DoIt>
    bool does_until_found(IsIt is_it, DoIt do_it) {
        for (int time = 0; time < 30; ++time) {
            if (!do_it() || !all_explained()) return false;
            if (std::any_of(recorder.gaps().begin(), recorder.gaps().end(), is_it)) return true;
        }
        return false;
    }

    CellRecord finished() {
        CHECK(all_explained());
        live.engine.stop();
        CellRecord record;
        recorder.finish(monotonic_nanoseconds(), record);
        return record;
    }

    CellProbes probes;
    LiveEngine live;
    CellRecorder recorder;
    std::vector<float> out = std::vector<float>(64 * 8);

private:
    bool all_ready() const {
        for (std::uint32_t slot = 0; slot < state().header().slots; ++slot) {
            if (live.engine.slot(slot).serial == 0) continue;
            // Between two notes a slot shows its old word.
            const auto word = VoiceWord::unpacked(state().voice(slot).word.load());
            if (word.state == WordState::empty ||
                state().mixer_voice(slot).released_generation_plus_one.load() == word.generation + 1u)
                return false;
            if (!live.ended(slot) && live.fill(slot) <= some_blocks_frames) return false;
        }
        return true;
    }
    std::uint64_t underruns_ended() const {
        std::uint64_t ended = 0;
        for (const auto events : copy_of(state().header().mixer.underrun_events_by_activity)) ended += events;
        return ended;
    }
    std::uint32_t held_ = 0;
};

}  // namespace forerun::measure
