// The reference voice, 64 notes held: through the whole engine, offline, and as the same algorithm in C++, in turn.
//
// Voice-seconds per CPU-second: seconds of sound of one voice that a second of CPU time makes. The engine's CPU time is
// that of the whole process: workers, rings, conductor and mixer. Rounds alternate, so that both see the same machine; the
// medians are what to quote.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "rt-engine/forerun.h"
#include "tests/bench/reference_voices.h"

namespace {

using namespace forerun;

constexpr int notes = 64;
constexpr int rounds = 9;
constexpr double rate_hz = 48000;
constexpr std::int64_t round_frames = 3 * 48000;
constexpr std::int64_t block_frames = 256;

double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main() {
    Configuration configuration;
    configuration.offline = true;
    configuration.workers = 1;
    configuration.rate_hz = rate_hz;
    configuration.block_frames = block_frames;
    Engine engine(configuration);
    engine.load_voice(std::filesystem::path(FORERUN_SOURCE_DIR) / "scripts/voices/subtractive.lua");
    auto producer = engine.make_producer();
    engine.start();
    for (int v = 0; v < notes; ++v)
        producer.try_send(
            {.frame = 0, .kind = EventKind::note_on, .number = static_cast<std::uint16_t>(24 + v), .value = 0.8f});

    std::vector<float> block(static_cast<std::size_t>(block_frames * configuration.channels));
    const auto engine_round = [&] {
        const auto began = cpu_seconds();
        for (std::int64_t f = 0; f < round_frames; f += block_frames) engine.render(block.data(), block_frames);
        return cpu_seconds() - began;
    };
    ReferenceVoices reference(notes, rate_hz);
    float sum[64] = {};
    const auto reference_round = [&] {
        const auto began = cpu_seconds();
        for (std::int64_t f = 0; f < round_frames; f += 64) reference.render(sum);
        return cpu_seconds() - began;
    };

    engine_round();
    reference_round();
    if (engine.voices_sounding() != notes) {
        fmt::print(stderr, "bench: {} of {} notes sound\n", engine.voices_sounding(), notes);
        return 1;
    }
    std::vector<double> engine_rate, reference_rate, ratio;
    const double voice_seconds = notes * static_cast<double>(round_frames) / rate_hz;
    for (int round = 0; round < rounds; ++round) {
        const auto e = engine_round(), r = reference_round();
        engine_rate.push_back(voice_seconds / e);
        reference_rate.push_back(voice_seconds / r);
        ratio.push_back(r / e);
    }
    fmt::print("reference voice, {} notes held, 1 worker, block {}, {} rounds of {} s (medians)\n", notes, block_frames,
               rounds, round_frames / 48000);
    fmt::print("  Lua, whole engine        {:8.0f} voice-seconds per CPU-second\n", median(engine_rate));
    fmt::print("  C++ -O3 -march=native    {:8.0f} voice-seconds per CPU-second\n", median(reference_rate));
    fmt::print("  ratio                    {:8.3f} (of each round: {:.3f} to {:.3f})\n", median(ratio),
               *std::min_element(ratio.begin(), ratio.end()), *std::max_element(ratio.begin(), ratio.end()));
    const auto& header = engine.state().header();
    fmt::print("  worker                   {:.0f} ns per quantum (p50), garbage {:.3f} s\n",
               static_cast<double>(engine.state().worker(0).quantum_nanoseconds.percentile(0.5)),
               1e-9 * static_cast<double>(engine.state().worker(0).garbage_nanoseconds.load()));
    fmt::print(
        "  memory                   {:.0f} KiB of SharedState per voice slot, {:.1f} MiB in all; Lua {:.1f} MiB per "
        "worker\n",
        2.0 * static_cast<double>(header.ring_frames) * header.ring_channels * sizeof(float) / 1024,
        static_cast<double>(header.size_bytes) / (1 << 20),
        static_cast<double>(engine.state().worker(0).lua_bytes.load()) / (1 << 20));
    std::fflush(stdout);
    engine.stop();
    return sum[0] == 12345.0f;  // keeps the reference's work
}
