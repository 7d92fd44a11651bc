// Quality follows fill: the loudest part of the example on the clock, in real time, with a load injected for ten seconds
// that is too much for full quality; once with quality scaling, once without.
//
//   build/bench_quality [PREFIX]     with a prefix, PREFIX-on.wav and PREFIX-off.wav are written for ears and spectra
//
// The load is a factor on every quantum's own render time, so a cheaper level makes it smaller, as on a slower machine. It
// is chosen from a first run such that full quality would need 1.2 times the worker's time.
#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "rt-engine/clock_device.h"
#include "rt-engine/forerun.h"

namespace {

using namespace forerun;

constexpr double rate_hz = 48000;
constexpr int held_notes = 32;
constexpr double seconds = 24, load_from = 6, load_to = 16;
constexpr double overload = 1.2;

struct Second {
    double level = 0;       // mean over voices
    double least_fill = 1;  // of depth
    std::uint64_t underruns = 0;
};

struct Run {
    std::vector<Second> each_second;
    double load = 0;  // of the worker in the seconds before the load
    std::uint64_t underruns = 0, frames = 0, changes = 0;
    std::vector<float> sound;
};

struct Stage {
    Engine* engine;
    std::vector<float>* sound;
};

void callback(void* user, float* out, std::int64_t frames) noexcept {
    auto& stage = *static_cast<Stage*>(user);
    stage.engine->process(out, frames);
    // Reserved for the whole run: no allocation.
    if (stage.sound->size() + static_cast<std::size_t>(2 * frames) <= stage.sound->capacity())
        stage.sound->insert(stage.sound->end(), out, out + 2 * frames);
}

Run play(double factor, bool scaling) {
    Configuration c;
    c.workers = 1;
    c.quality_scaling = scaling;
    c.injected_load = factor;
    c.injected_load_from_frame = static_cast<std::int64_t>(load_from * rate_hz);
    c.injected_load_to_frame = static_cast<std::int64_t>(load_to * rate_hz);
    c.script_path = {FORERUN_SOURCE_SCRIPTS};
    Engine engine(c);
    engine.load_voice(std::filesystem::path(FORERUN_SOURCE_SCRIPTS) / "voices/subtractive.lua");
    auto producer = engine.make_producer();
    engine.start();
    // A slow cluster, a new note of which begins every fifth of a second and sounds on.
    for (int n = 0; n < held_notes; ++n)
        producer.try_send({.frame = static_cast<std::int64_t>((0.5 + 0.1 * n) * rate_hz),
                           .kind = EventKind::note_on,
                           .number = static_cast<std::uint16_t>(36 + n),
                           .value = 0.3f});

    Run run;
    run.sound.reserve(static_cast<std::size_t>(2 * (seconds + 1) * rate_hz));
    Stage stage{&engine, &run.sound};
    ClockDevice device(rate_hz, 256, 2);
    device.start(callback, &stage);
    const auto& state = engine.state();
    std::int64_t busy_at = 0;
    for (int s = 0; s < static_cast<int>(seconds); ++s) {
        Second second;
        const auto before = state.header().mixer.underrun_events.load();
        double levels = 0;
        int samples = 0;
        while (state.clock().frame() < static_cast<std::int64_t>((s + 1) * rate_hz)) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            for (std::uint32_t slot = 0; slot < state.header().slots; ++slot) {
                if (engine.slot(slot).serial == 0) continue;
                const auto word = VoiceWord::unpacked(state.voice(slot).word.load());
                if (word.state == WordState::empty) continue;
                const auto written = WrittenFrames::unpacked(state.voice(slot).written[word.lane].load()).frames;
                const auto fill = state.voice(slot).start_frame.load() + written - state.clock().frame();
                if (s >= 4)
                    second.least_fill =
                        std::min(second.least_fill,
                                 static_cast<double>(fill) / static_cast<double>(state.header().depth_frames));
                levels += state.worker_voice(slot).quality.load();
                ++samples;
            }
        }
        second.level = samples ? levels / samples : 0;
        second.underruns = state.header().mixer.underrun_events.load() - before;
        run.each_second.push_back(second);
        const auto busy = state.worker(0).busy_nanoseconds.load();
        if (s + 1 == static_cast<int>(load_from) - 1) busy_at = busy;
        if (s + 1 == static_cast<int>(load_from)) run.load = 1e-9 * static_cast<double>(busy - busy_at);
    }
    device.stop();
    run.underruns = state.header().mixer.underrun_events;
    run.frames = state.header().mixer.underrun_frames;
    run.changes = state.worker(0).quality_changes;
    engine.stop();
    return run;
}

void write(const std::string& file, const std::vector<float>& sound) {
    SF_INFO info{};
    info.samplerate = static_cast<int>(rate_hz);
    info.channels = 2;
    info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    if (auto* out = sf_open(file.c_str(), SFM_WRITE, &info)) {
        sf_writef_float(out, sound.data(), static_cast<sf_count_t>(sound.size() / 2));
        sf_close(out);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto plain = play(0, true);
    const double factor = overload / plain.load - 1;
    fmt::print(
        "{} notes held, depth 24000, load {:.3f} of a worker at full quality; {:.1f} to {:.1f} s: times {:.1f}\n",
        held_notes, plain.load, load_from, load_to, factor + 1);
    const auto on = play(factor, true), off = play(factor, false);
    fmt::print("           scaling on                          scaling off\n");
    fmt::print("  second   level  least fill  underruns        level  least fill  underruns\n");
    for (std::size_t s = 4; s < on.each_second.size(); ++s) {
        const auto &a = on.each_second[s], &b = off.each_second[s];
        fmt::print("  {:6}   {:5.2f} {:10.0f}% {:10}        {:5.2f} {:10.0f}% {:10}\n", s, a.level, 100 * a.least_fill,
                   a.underruns, b.level, 100 * b.least_fill, b.underruns);
    }
    fmt::print("  in all   {} underrun events, {} frames, {} changes of level | {} underrun events, {} frames\n",
               on.underruns, on.frames, on.changes, off.underruns, off.frames);
    if (argc > 1) {
        write(std::string(argv[1]) + "-on.wav", on.sound);
        write(std::string(argv[1]) + "-off.wav", off.sound);
    }
    return 0;
}
