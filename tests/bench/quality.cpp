// Quality follows fill: 32 notes of the reference voice held on the clock, in real time, with a load injected for six
// seconds; with quality scaling and without, under loads of which the larger are too much for full quality.
//
//   build/bench_quality [PREFIX]     with a prefix, PREFIX-on.wav and PREFIX-off.wav of the last load are written
//
// The load is a factor on every quantum's own render time, so a cheaper level makes it smaller, as on a slower machine.
// The second column of each half is how much CPU time the system gave the worker meanwhile: on a machine that others
// use, too, a worker that asks for all of it gets less, now more, now less, so compare with that in mind.
#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "rt-engine/audio-io/clock_device.h"
#include "rt-engine/forerun.h"
#include "tests/bench/injected_load.h"

namespace {

using namespace forerun;

constexpr double rate_hz = 48000;
constexpr int held_notes = 32;
constexpr int seconds = 15, load_from = 5, load_to = 11;
constexpr double factors[] = {8, 14, 18, 14, 18};

struct Second {
    double load = 0;        // CPU time of the worker
    double level = 0;       // mean over voices
    double least_fill = 1;  // of depth
    std::uint64_t underruns = 0;
};

struct Run {
    std::vector<Second> each_second;
    double least_level = 2;  // of a second's mean, from the fourth on

    // CPU time of the worker per second, while the load was injected.
    double load() const {
        double sum = 0;
        for (int s = load_from; s < load_to; ++s) sum += each_second[static_cast<std::size_t>(s)].load;
        return sum / (load_to - load_from);
    }
    std::uint64_t underruns = 0, frames = 0;
    std::vector<float> sound;
};

struct Stage {
    Engine* engine;
    std::vector<float>* sound;
};

void callback(void* user, const float*, float* out, std::int64_t frames) noexcept {
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
    bench::InjectedLoad load(factor, static_cast<std::int64_t>(load_from * rate_hz),
                             static_cast<std::int64_t>(load_to * rate_hz));
    Engine engine(c, &load);
    engine.load_voice(std::filesystem::path(FORERUN_SOURCE_DIR) / "scripts/voices/subtractive.lua");
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
    std::int64_t cpu_before = 0;
    for (int s = 0; s < seconds; ++s) {
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
        const auto cpu = state.worker(0).cpu_nanoseconds.load();
        second.load = 1e-9 * static_cast<double>(cpu - cpu_before);
        cpu_before = cpu;
        if (s >= 4) run.least_level = std::min(run.least_level, second.level);
        run.each_second.push_back(second);
    }
    device.stop();
    run.underruns = state.header().mixer.underrun_events;
    run.frames = state.header().mixer.underrun_frames;
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
    fmt::print("{} notes held, depth 24000 frames, render time multiplied from {} to {} s\n", held_notes, load_from,
               load_to);
    fmt::print("           scaling on                                      scaling off\n");
    fmt::print("   times   CPU  underrun events  frames  least level       CPU  underrun events  frames\n");
    Run on, off;
    for (const double factor : factors) {
        on = play(factor - 1, true);
        off = play(factor - 1, false);
        fmt::print("  {:6.1f} {:4.0f}% {:16} {:7} {:12.2f} {:8.0f}% {:16} {:7}\n", factor, 100 * on.load(),
                   on.underruns, on.frames, on.least_level, 100 * off.load(), off.underruns, off.frames);
        std::fflush(stdout);
    }
    fmt::print("the last load, second by second:\n");
    fmt::print("           scaling on                                scaling off\n");
    fmt::print("  second   load  level  least fill  underruns        load  level  least fill  underruns\n");
    for (std::size_t s = 4; s < on.each_second.size(); ++s) {
        const auto &a = on.each_second[s], &b = off.each_second[s];
        fmt::print("  {:6} {:5.0f}%  {:5.2f} {:10.0f}% {:10}      {:5.0f}%  {:5.2f} {:10.0f}% {:10}\n", s, 100 * a.load,
                   a.level, 100 * a.least_fill, a.underruns, 100 * b.load, b.level, 100 * b.least_fill, b.underruns);
    }
    if (argc > 1) {
        write(std::string(argv[1]) + "-on.wav", on.sound);
        write(std::string(argv[1]) + "-off.wav", off.sound);
    }
    return 0;
}
