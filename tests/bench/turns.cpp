// What a worker's turns cost beside the sound, by the number of its voices: a script that does nothing, rings that all were run
// down to a few blocks, and the worker's own time until they are full again, per quantum of 64 frames.
//
// Where a turn looks at every voice this grows with them, and a worker that fell behind never comes back.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "rt-engine/forerun.h"
#include "shared/time/quantum.h"
#include "tests/bench/wait_until.h"

namespace {

using namespace forerun;
namespace fs = std::filesystem;

constexpr std::int64_t block = 64;
constexpr std::int64_t left_frames = 512;
constexpr int rounds = 15;

class Script {
public:
    Script() : file(fs::temp_directory_path() / fmt::format("forerun-bench-turns-{}.lua", getpid())) {
        std::ofstream(file) << "return { start = function(self) end, sample = function(self) return 0 end,\n"
                            << "         done = function(self) return false end }\n";
    }
    ~Script() {
        std::error_code ignored;
        fs::remove(file, ignored);
    }
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;
    const fs::path file;
};

struct Turns {
    double nanoseconds_per_quantum = 0;
    std::uint64_t underruns = 0;
};

Turns measure(const fs::path& script, std::uint32_t voices) {
    Configuration c;
    c.workers = 1;
    c.voices = voices;
    c.block_frames = block;
    Engine engine(c);
    engine.load_voice(script);
    auto producer = engine.make_producer();
    engine.start();
    std::vector<float> out(static_cast<std::size_t>(block * c.channels));
    const auto process = [&] { engine.process(out.data(), block); };
    for (std::uint32_t v = 0; v < voices; ++v) {
        const Event note{.frame = 0,
                         .kind = EventKind::note_on,
                         .channel = static_cast<std::uint8_t>(v % 16),
                         .number = static_cast<std::uint16_t>(v / 16),
                         .value = 0.1f};
        while (!producer.try_send(note)) process();
    }
    const auto& worker = engine.state().worker(0);
    // Nothing is due: it went to sleep, and again.
    const auto rest = [&] {
        const auto sleeps = worker.sleeps.load();
        return bench::wait_until(10, [&] { return worker.sleeps.load() > sleeps + 2; });
    };
    process();
    if (!rest()) return {};
    std::vector<double> figures;
    for (int round = 0; round < rounds; ++round) {
        const auto before = worker.frames_rendered.load();
        const auto busy = worker.busy_nanoseconds.load();
        // At once, so that the worker is left behind.
        for (std::int64_t played = 0; played < c.depth_frames - left_frames; played += block) process();
        if (!rest()) return {};
        const auto quanta = static_cast<double>(worker.frames_rendered.load() - before) / quantum_frames;
        figures.push_back(static_cast<double>(worker.busy_nanoseconds.load() - busy) / quanta);
    }
    const auto underruns = engine.state().header().mixer.underrun_events.load();
    if (engine.voices_sounding() != voices) return {};
    engine.stop();
    std::nth_element(figures.begin(), figures.begin() + rounds / 2, figures.end());
    return {figures[rounds / 2], underruns};
}

}  // namespace

int main() {
    const Script script;
    fmt::print("a worker's time per quantum of a voice that does nothing, all rings shallow; median of {} rounds\n\n",
               rounds);
    fmt::print("  voices   ns per quantum   underruns\n");
    for (const std::uint32_t voices : {16u, 64u, 128u, 256u, 512u, 800u}) {
        const auto turns = measure(script.file, voices);
        if (turns.nanoseconds_per_quantum == 0) {
            fmt::print(stderr, "bench: the worker never came to rest with {} voices\n", voices);
            return 1;
        }
        fmt::print("  {:>6}   {:>14.0f}   {:>9}\n", voices, turns.nanoseconds_per_quantum, turns.underruns);
    }
}
