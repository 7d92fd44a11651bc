// From the MIDI send to the first changed sample, through real pieces only: a JACK server without hardware, `forerun play`
// as a process of its own on it, a client that sends, a client that records.
//
//   build/bench_midi_to_sound [--whole] [--seconds N] [--awake] [--json FILE] [--program FILE]
//
// Alone it takes three cells, less than a minute. --whole: blocks 64, 128, 256, idle and under load (stress-ng --cpu 2, or
// two threads that spin), rewinding and not, default and smallest depth; seven minutes. --seconds: of each sender in each
// cell.
// --awake: processors do not sleep meanwhile.
#include <optional>

#include "tests/bench/awake_processors.h"
#include "tests/bench/bench_jack_server.h"
#include "tests/bench/bench_program.h"
#include "tests/bench/step_table.h"
#include "tools/measure/run/stressor.h"
#include "tools/process/temporary_folder.h"

using namespace forerun;
using namespace forerun::bench;

namespace {

struct Options {
    bool whole = false, awake = false;
    double seconds = 6;
};

std::vector<Cell> cells_of(const Options& o) {
    if (!o.whole) return {{}, {.deep = false}, {.loaded = true}};
    std::vector<Cell> cells;
    for (const std::int64_t block_frames : {64, 128, 256})
        for (const bool loaded : {false, true})
            for (const bool rewind : {true, false})
                for (const bool deep : {true, false}) cells.push_back({block_frames, loaded, rewind, deep});
    return cells;
}

BenchProgram::Outcome measure_cells(const Options& o, const BenchProgram& bench) {
    const TemporaryFolder folder;
    std::optional<AwakeProcessors> awake;
    if (o.awake) awake.emplace();
    std::vector<CellFigures> all;
    nlohmann::ordered_json json = {{"measurement", "midi_to_sound"},
                                   {"rate_hz", rate_hz},
                                   {"seconds_per_sender", o.seconds},
                                   {"processors_kept_awake", o.awake}};
    for (const auto& cell : cells_of(o)) {
        // One for each cell: what a cell leaves behind is not the next one's.
        const BenchJackServer server(cell.block_frames, folder.path());
        if (!server.answers()) {
            if (all.empty()) return BenchProgram::Outcome::no_jack_server;
            throw std::runtime_error("the next JACK server does not start");
        }
        const measure::Stressor load(cell.loaded ? "cpu 2" : "none");
        if (all.empty()) {
            print_head();
            if (o.awake) fmt::print("Processors are kept awake.\n\n");
            print_column_names();
        }
        // Half a second from message to answer leaves room for few.
        const double seconds = cell.rewind || !cell.deep ? o.seconds : 2 * o.seconds;
        all.push_back(StepStage(cell, bench.program(), folder.path(), seconds).measure());
        print_cell(all.back());
        json["cells"].push_back(json_of(all.back()));
    }
    print_goals(all);
    bench.write(json);
    return BenchProgram::Outcome::passed;
}

}  // namespace

int main(int argc, char** argv) {
    Options o;
    BenchProgram bench("bench_midi_to_sound");
    bench.options().add_flag("--whole", o.whole, "All block sizes, idle and loaded, rewinding and not, both depths");
    bench.options().add_flag("--awake", o.awake, "Processors do not sleep meanwhile");
    bench.options()
        .add_option("--seconds", o.seconds, "Of each sender in each cell (default 6)")
        ->check(between(1.0, 600.0));
    return bench.run(argc, argv, [&] { return measure_cells(o, bench); });
}
