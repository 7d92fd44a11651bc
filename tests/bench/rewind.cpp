// What it costs that voices can be taken back: copies of their state while nothing happens, the rewind itself, and what the
// mixer pays for a change of rings. The spacing of copies is the worker's own, read from its statistics in real time.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "rt-engine/audio-io/clock_device.h"
#include "rt-engine/forerun.h"
#include "rt-engine/mixer/mixer.h"
#include "shared/threads/flush_denormals.h"
#include "tests/bench/held_voices.h"
#include "tests/bench/rewinding_worker.h"

using namespace forerun;
using namespace forerun::bench;

namespace {

namespace fs = std::filesystem;

double median(std::vector<std::int64_t> values) {
    if (values.empty()) return 0;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return static_cast<double>(values[values.size() / 2]);
}

// ---- Scripts: bundled ones, and ones with delay lines of these lengths

class Scripts {
public:
    Scripts() : folder_(fs::temp_directory_path() / fmt::format("forerun-bench-rewind-{}", getpid())) {
        fs::create_directories(folder_);
        for (const auto* name : {"subtractive", "pluck", "pad"})
            files.push_back(fs::path(FORERUN_SOURCE_DIR) / "scripts/voices" / fmt::format("{}.lua", name));
        // Lines hold a power of two of frames, eight bytes each.
        first_delay = files.size();
        add("delay-1k", {120});
        add("delay-16k", {2040});
        add("delay-200k", {16380, 8180});
    }
    ~Scripts() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Scripts(const Scripts&) = delete;
    Scripts& operator=(const Scripts&) = delete;

    std::vector<fs::path> files;
    std::size_t first_delay = 0;

private:
    void add(const std::string& name, const std::vector<int>& lines) {
        std::string start, sound;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            start += fmt::format("        self.line{} = dsp.delay({} / dsp.rate_hz)\n", i, lines[i] - 4);
            sound += fmt::format("        x = x + 0.5 * self.line{}:next(x, {})\n", i, lines[i] - 20);
        }
        files.push_back(folder_ / (name + ".lua"));
        std::ofstream(files.back()) << "local dsp = require \"dsp\"\nreturn {\n    start = function(self, note)\n"
                                    << "        self.saw = dsp.saw()\n"
                                    << start << "    end,\n    sample = function(self)\n"
                                    << "        local x = 0.1 * self.saw:next(self.frequency)\n"
                                    << sound
                                    << "        return x\n    end,\n    done = function(self) return false end,\n}\n";
    }
    fs::path folder_;
};

// ---- The worker's own spacing

struct Spacing {
    double copy_nanoseconds = 0, quantum_nanoseconds = 0;
    double frames = 0;   // rendered per copy
    double percent = 0;  // of the worker's processor time without them
};

// What a histogram of the worker's has counted since it was made.
class Since {
public:
    explicit Since(const Histogram& histogram) : histogram_(histogram) {
        for (int b = 0; b < Histogram::bucket_count; ++b) before_.push_back(histogram.in_bucket(b));
    }
    double count() const {
        return static_cast<double>(histogram_.count() -
                                   std::accumulate(before_.begin(), before_.end(), std::uint64_t{0}));
    }
    double sum() const { return total(histogram_) - sum_before_; }
    // The upper edge of its bucket, so up to 1/16 too much.
    double median() const {
        double seen = 0;
        for (int b = 0; b < Histogram::bucket_count; ++b) {
            seen += static_cast<double>(histogram_.in_bucket(b) - before_[static_cast<std::size_t>(b)]);
            if (seen > 0 && 2 * seen >= count()) return static_cast<double>(Histogram::upper_edge(b));
        }
        return 0;
    }

private:
    static double total(const Histogram& h) { return h.mean() * static_cast<double>(h.count()); }

    const Histogram& histogram_;
    const double sum_before_ = total(histogram_);
    std::vector<std::uint64_t> before_;
};

void callback(void* engine, const float*, float* out, std::int64_t frames) noexcept {
    static_cast<Engine*>(engine)->process(out, frames);
}

Spacing play(const fs::path& script) {
    Configuration c;
    c.workers = 1;
    Engine engine(c);
    engine.load_voice(script);
    auto producer = engine.make_producer();
    engine.start();
    for (int v = 0; v < voices_in_turn; ++v)
        producer.try_send(
            {.frame = 0, .kind = EventKind::note_on, .number = static_cast<std::uint16_t>(40 + 2 * v), .value = 0.1f});
    ClockDevice device(c.rate_hz, 256, 2);
    device.start(callback, &engine);
    // Until rings are full and the first copies are old enough to be used again.
    std::this_thread::sleep_for(std::chrono::milliseconds(800));
    const auto& worker = engine.state().worker(0);
    const Since copies(worker.checkpoint_nanoseconds), quanta(worker.quantum_nanoseconds);
    const auto processor_before = worker.cpu_nanoseconds.load();
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    device.stop();
    Spacing spacing{copies.median(), quanta.median(), 0, 0};
    if (copies.count() > 0 && quanta.count() > 0) {
        spacing.frames = static_cast<double>(quantum_frames) * quanta.count() / copies.count();
        const auto processor = static_cast<double>(worker.cpu_nanoseconds.load() - processor_before);
        spacing.percent = 100 * copies.sum() / (processor - copies.sum());
    }
    engine.stop();
    return spacing;
}

// ---- The mixer while rings change

struct Mode {
    const char* name;
    Rewinds rewinds;
    std::vector<std::int64_t> nanoseconds;
    std::uint64_t blocks = 0, changes = 0;
};

void measure_mixer() {
    stay_on_core(0);
    Configuration c;
    c.voices = mixed_voices;
    c.reserve_voices = 1;
    c.workers = 1;
    c.depth_frames = 1024 - 2 * quantum_frames;
    SharedState state(c);
    Mixer mixer(state, c, Rig{});
    auto commands = state.mixer_command_writer();
    auto reports = state.mixer_report_reader();
    for (std::uint32_t v = 0; v < mixed_voices; ++v) {
        MixerCommand start;
        start.slot = static_cast<std::uint16_t>(v);
        start.serial = v + 1;
        start.left = 0.5f;
        start.right = 0.25f;
        if (!commands.try_push(start)) std::abort();
    }

    std::vector<Mode> modes;
    modes.push_back({"never", {}, {}});
    for (const auto& [name, seam] : {std::pair{"on time, at a block", Seam::at_block},
                                     {"on time, in a block", Seam::in_block},
                                     {"late", Seam::late}})
        for (const std::int64_t every : {64, 8, 1}) modes.push_back({name, {seam, every}, {}});

    RewindingWorker worker(state);
    alignas(64) static float out[2 * block];
    constexpr int turns = 10, blocks_per_turn = 200, settling_blocks = 8;
    const auto& statistics = state.header().mixer;
    float sink = 0;
    for (int turn = 0; turn < turns; ++turn) {
        for (auto& mode : modes) {
            std::uint64_t changes_before = 0;
            for (int b = 0; b < blocks_per_turn; ++b) {
                if (b == settling_blocks) changes_before = statistics.switches.load();
                worker.work(mode.rewinds);
                const auto began = monotonic_nanoseconds();
                mixer.process(out, block);
                const auto took = monotonic_nanoseconds() - began;
                sink += out[17];
                if (b >= settling_blocks) mode.nanoseconds.push_back(took);
                for (MixerReport report; reports.try_pop(report);) {
                }
            }
            mode.blocks += blocks_per_turn - settling_blocks;
            mode.changes += statistics.switches.load() - changes_before;
        }
    }
    if (statistics.underrun_events.load() != 0 || !std::isfinite(sink)) std::abort();

    fmt::print("\nmixer, {} stereo voices, blocks of 64, a worker on another core; ns per voice and block\n",
               mixed_voices);
    fmt::print("  {:<20} {:>13} {:>18} {:>8} {:>12}\n", "rewinds", "every blocks", "per voice, block", "ns",
               "ns per one");
    const double plain = median(modes[0].nanoseconds) / mixed_voices;
    for (const auto& mode : modes) {
        const double ns = median(mode.nanoseconds) / mixed_voices;
        const double rate = static_cast<double>(mode.changes) / static_cast<double>(mode.blocks) / mixed_voices;
        fmt::print("  {:<20} {:>13} {:>18.3f} {:>8.1f} {:>12}\n", mode.name,
                   mode.rewinds.every_blocks ? fmt::format("{}", mode.rewinds.every_blocks) : "-", rate, ns,
                   rate > 0 ? fmt::format("{:.0f}", (ns - plain) / rate) : "-");
    }
}

}  // namespace

int main() {
    const Scripts scripts;
    {
        const FlushDenormals flush;
        LuaHostOptions options;
        options.script_path = {FORERUN_SOURCE_DIR "/scripts"};
        options.reach_frames = 32704;  // as a worker has it at the default depth
        LuaHost host(options);
        std::vector<InstrumentDescription> voices;
        for (const auto& file : scripts.files) {
            voices.push_back(host.describe(file));
            host.load_instrument(static_cast<std::uint16_t>(voices.size() - 1), voices.back());
            host.warm(static_cast<std::uint16_t>(voices.size() - 1), voices_in_turn);
        }
        host.collect_all();

        fmt::print("copies of a voice's state and quanta, {} voices; ns, medians\n", voices_in_turn);
        fmt::print("  {:<25} {:>29} {:>41}\n", "", "the calls alone", "by a worker, as it spaces them");
        fmt::print("  {:<12} {:>12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>11} {:>9}\n", "voice", "state bytes", "cold copy",
                   "copy", "quantum", "copy", "quantum", "frames/copy", "% of CPU");
        for (std::size_t i = 0; i < voices.size(); ++i) {
            HeldVoices held(host, static_cast<std::uint16_t>(i), voices[i]);
            std::vector<std::int64_t> copies, cold_copies, quanta;
            held.time_copies(100, copies, quanta);
            held.time_cold_copies(64, cold_copies);
            // The system's pauses fall into one of them.
            std::array<Spacing, 3> plays;
            for (auto& each : plays) each = play(scripts.files[i]);
            std::ranges::sort(plays, {}, &Spacing::percent);
            const auto& spacing = plays[1];
            fmt::print("  {:<12} {:12} {:9.0f} {:9.0f} {:9.0f} {:9.0f} {:9.0f} {:11.0f} {:9.2f}\n", voices[i].name,
                       held.state_bytes(), median(cold_copies), median(copies), median(quanta),
                       spacing.copy_nanoseconds, spacing.quantum_nanoseconds, spacing.frames, spacing.percent);
            std::fflush(stdout);
        }

        constexpr std::int64_t distances[] = {0, 256, 1024, 4096, 8192};
        fmt::print(
            "\na rewind: state put back, rendered again to the event and 192 frames on; microseconds (medians)\n");
        fmt::print("  {:<12} {:>12}  frames from copy to event:", "voice", "state bytes");
        for (const auto distance : distances) fmt::print(" {:>7}", distance);
        fmt::print("\n");
        for (std::size_t i = scripts.first_delay; i < voices.size(); ++i) {
            HeldVoices held(host, static_cast<std::uint16_t>(i), voices[i]);
            fmt::print("  {:<12} {:12}  {:<26}", voices[i].name, held.state_bytes(), "");
            for (const auto distance : distances)
                fmt::print(" {:7.1f}", 1e-3 * median(held.time_rewinds(20, distance)));
            fmt::print("\n");
            std::fflush(stdout);
        }
    }
    measure_mixer();
    return 0;
}
