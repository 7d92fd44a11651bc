// From the MIDI send to the first changed sample, through real pieces only: a JACK server without hardware, `forerun play`
// as a process of its own on it, a client that sends, a client that records.
//
//   build/bench_midi_to_sound [--whole] [--seconds N] [--awake] [--json FILE] [--program FILE]
//
// Alone it takes three cells, less than a minute. --whole: blocks 64, 128, 256, idle and under load (stress-ng --cpu 2, or
// two threads that spin), rewinding and not, default and smallest depth; seven minutes. --seconds: of each sender in each
// cell.
// --awake: processors do not sleep meanwhile.
#include <atomic>
#include <charconv>
#include <memory>
#include <optional>

#include "shared/bad_input.h"
#include "tests/bench/awake_processors.h"
#include "tests/bench/bench_jack_server.h"
#include "tests/bench/step_table.h"
#include "tools/temporary_folder.h"

using namespace forerun;
using namespace forerun::bench;

namespace {

struct Options {
    bool whole = false, awake = false;
    double seconds = 6;
    std::string json, program;
};

Options options_of(int argc, char** argv) {
    Options o;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        const auto value = [&]() -> std::string {
            if (++i == argc || !*argv[i]) throw BadInput(name + ": needs a value");
            return argv[i];
        };
        if (name == "--whole") {
            o.whole = true;
        } else if (name == "--awake") {
            o.awake = true;
        } else if (name == "--json") {
            o.json = value();
        } else if (name == "--program") {
            o.program = value();
            if (access(o.program.c_str(), X_OK) != 0) throw BadInput("--program " + o.program + ": no such program");
        } else if (name == "--seconds") {
            const auto text = value();
            const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), o.seconds);
            if (failed != std::errc() || end != text.data() + text.size() || !(o.seconds >= 1 && o.seconds <= 600))
                throw BadInput("--seconds " + text + ": give a number from 1 to 600");
        } else {
            throw BadInput(name +
                           ": not known here; there are --whole, --seconds N, --awake, --json FILE, --program FILE");
        }
    }
    if (!o.json.empty() && !std::ofstream(o.json)) throw BadInput("--json " + o.json + ": cannot be written");
    return o;
}

class Load {
public:
    explicit Load(const std::filesystem::path& folder) {
        if (is_program("stress-ng"))
            program_ =
                std::make_unique<ChildProcess>(std::vector<std::string>{"stress-ng", "--cpu", "2"}, folder / "load");
        else
            for (auto& thread : threads_)
                thread = std::thread([this] {
                    while (!ends_.load(std::memory_order_relaxed)) continue;
                });
    }
    ~Load() {
        ends_ = true;
        for (auto& thread : threads_)
            if (thread.joinable()) thread.join();
    }

private:
    std::unique_ptr<ChildProcess> program_;
    std::atomic<bool> ends_{false};
    std::array<std::thread, 2> threads_;
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

// False when there is no JACK server to be had.
bool measure(const Options& o) {
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
            if (all.empty()) return false;
            throw std::runtime_error("the next JACK server does not start");
        }
        std::unique_ptr<Load> load;
        if (cell.loaded) load = std::make_unique<Load>(folder.path());
        if (all.empty()) {
            print_head();
            if (o.awake) fmt::print("Processors are kept awake.\n\n");
            print_column_names();
        }
        // Half a second from message to answer leaves room for few.
        const double seconds = cell.rewind || !cell.deep ? o.seconds : 2 * o.seconds;
        all.push_back(StepStage(cell, o.program, folder.path(), seconds).measure());
        print_cell(all.back());
        json["cells"].push_back(json_of(all.back()));
    }
    print_goals(all);
    if (!o.json.empty() && !(std::ofstream(o.json) << json.dump(2) << "\n"))
        throw BadInput("--json " + o.json + ": cannot be written");
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        auto o = options_of(argc, argv);
        catch_stop_signals();
        if (o.program.empty()) {
            o.program = std::filesystem::canonical("/proc/self/exe").parent_path() / "forerun";
            if (access(o.program.c_str(), X_OK) != 0) {
                fmt::print("nothing measured: there is no {}; make build\n", o.program);
                return 0;
            }
        }
        if (!measure(o)) fmt::print("nothing measured: no JACK server can be started (jackd with its dummy driver)\n");
        return 0;
    } catch (const BadInput& error) {
        fmt::print(stderr, "bench_midi_to_sound: {}\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_midi_to_sound: {}\n", error.what());
        return 1;
    }
}
