// What a note costs until its first quantum is there: the first note of an instrument that has just been warmed beside the
// ones after it, for every bundled voice. All voices share one host, as in a worker.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "shared/threads/flush_denormals.h"
#include "shared/time/sample_clock.h"

using namespace forerun;

namespace {

constexpr int notes = 100;

struct Cost {
    double start_us = 0;    // taking an instance and the script's start
    double quantum_us = 0;  // the first 64 frames
};

Cost play(LuaHost& host, std::uint16_t instrument, const std::vector<float>& parameters, int number) {
    StartNote note;
    note.key = 40 + number % 40;
    note.frequency_hz = 440 * std::exp2((note.key - 69) / 12.0);
    note.seed = static_cast<std::uint64_t>(number) + 1;
    note.parameters = parameters;
    const auto began = monotonic_nanoseconds();
    Instance* const instance = host.take(instrument);
    if (instance == nullptr || !host.start(*instance, note)) throw std::runtime_error(host.error());
    const auto started = monotonic_nanoseconds();
    if (!host.render(*instance, 0, 0, quantum_frames)) throw std::runtime_error(host.error());
    const auto rendered = monotonic_nanoseconds();
    for (int quantum = 1; quantum < 20; ++quantum) host.render(*instance, quantum * quantum_frames, 0, quantum_frames);
    host.release(*instance);
    for (int quantum = 20; quantum < 40; ++quantum) host.render(*instance, quantum * quantum_frames, 0, quantum_frames);
    host.give_back(instance);
    host.refill_pools();  // as a worker does between notes
    host.collect_step();
    return {1e-3 * static_cast<double>(started - began), 1e-3 * static_cast<double>(rendered - started)};
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main() {
    const FlushDenormals flush;
    LuaHostOptions options;
    options.script_path = {FORERUN_SOURCE_DIR "/scripts"};
    LuaHost host(options);
    std::vector<InstrumentDescription> voices;
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(FORERUN_SOURCE_DIR) / "scripts/voices"))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        voices.push_back(host.describe(file));
        host.load_instrument(static_cast<std::uint16_t>(voices.size() - 1), voices.back());
    }
    for (std::size_t i = 0; i < voices.size(); ++i) host.warm(static_cast<std::uint16_t>(i), 8);
    host.collect_all();

    fmt::print("microseconds: a note's start, and its first 64 frames\n");
    fmt::print("  {:<14} {:>18} {:>22} {:>18}\n", "voice", "first note", "median of notes 2-100", "longest of them");
    for (std::size_t i = 0; i < voices.size(); ++i) {
        std::vector<float> parameters;
        for (const auto& parameter : voices[i].parameters) parameters.push_back(parameter.value);
        std::vector<double> starts, quanta;
        for (int n = 0; n < notes; ++n) {
            const auto cost = play(host, static_cast<std::uint16_t>(i), parameters, n);
            starts.push_back(cost.start_us);
            quanta.push_back(cost.quantum_us);
        }
        const auto first_start = starts[0], first_quantum = quanta[0];
        starts.erase(starts.begin());
        quanta.erase(quanta.begin());
        fmt::print("  {:<14} {:8.1f} {:9.1f} {:12.1f} {:9.1f} {:8.1f} {:9.1f}\n", voices[i].name, first_start,
                   first_quantum, median(starts), median(quanta), *std::max_element(starts.begin(), starts.end()),
                   *std::max_element(quanta.begin(), quanta.end()));
    }
    return 0;
}
