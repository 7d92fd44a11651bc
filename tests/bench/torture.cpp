// A torture of the real program: nothing lost, no note stuck, no click, whatever comes.
//
//   build/bench_torture [--seconds N] [--seed N] [--json FILE] [--keep FOLDER] [--program FILE]
//
// A JACK server without hardware, `forerun play` as a process of its own on it with a set of two rigs, and a keyboard with
// two ports: notes on 16 channels, floods of controllers, storms of pedals, presets, rigs, panics, a port pulled out. 20
// seconds; --seconds 600 for a proof. --keep: what was recorded stays in that folder (13 MB for each second).
// Exit code 1 when something that must be true is not. Underruns are the machine's as well: told, not judged.
#include <optional>

#include "tests/bench/bench_program.h"
#include "tests/bench/torture_checks.h"
#include "tools/process/temporary_folder.h"

using namespace forerun;
using namespace forerun::bench;

namespace {

struct Options {
    double seconds = 20;
    std::uint64_t seed = 1;
    std::string keep;
};

void print_figures(const TortureFacts& f) {
    const auto& r = f.report;
    const auto& c = f.counts;
    fmt::print(
        "planned: {} notes, {} controllers, {} bends and pressures, {} pedals, {} programs, {} panics; {} left out, "
        "their port was away\n",
        c.notes, c.controllers, c.bends_and_pressures, c.pedals, c.programs, c.panics, f.left_out);
    fmt::print("voices: started {}, at once at most {}, stolen {}; notes dropped {}\n", r.at("voices_started").dump(),
               r.at("most_voices").dump(), r.at("voices_stolen").dump(), r.at("notes_dropped").dump());
    const auto lateness = r.value("lateness_frames", nlohmann::ordered_json::object());
    fmt::print(
        "rewinds {}, switches {}, of which late {} (of all: p50 {:.0f} frames, p99 {:.0f}), late starts {}, events "
        "moved {}\n",
        r.at("rewinds").dump(), r.at("switches").dump(), r.at("late_switches").dump(), lateness.value("p50", 0.0),
        lateness.value("p99", 0.0), r.at("late_starts").dump(), r.at("events_moved").dump());
    fmt::print("underruns {} ({} frames)", r.at("underrun_events").dump(), r.at("underrun_frames").dump());
    for (const auto& [activity, count] : r.at("underrun_events_by_activity").items())
        if (count != 0) fmt::print(", {} while {}", count.dump(), activity);
    const auto& callback = r.at("callback_us");
    fmt::print("\ncallbacks {}: p50 {:.0f} us, p99 {:.0f} us; xruns of the server {}; {}\n", r.at("callbacks").dump(),
               callback.value("p50", 0.0), callback.value("p99", 0.0), f.xruns, r.value("audio_thread", ""));
    if (!f.pulled.empty()) {
        double slowest = 0;
        for (const auto& p : f.pulled) slowest = std::max(slowest, p.taken_up_seconds);
        fmt::print("the second port was away {} times, and taken up at most {:.2f} s after it came back\n",
                   f.pulled.size(), slowest);
    }
    for (const auto& problem : r.at("problems"))
        fmt::print("forerun says: {}\n", problem.at("text").get<std::string>());
}

nlohmann::ordered_json json_of(const Options& o, const TortureFacts& f, const TortureChecks& checks) {
    nlohmann::ordered_json j = {{"measurement", "torture"}, {"seconds", o.seconds}, {"seed", o.seed}};
    for (const auto& check : checks.all)
        j["checks"].push_back({{"name", check.name}, {"passed", check.passed}, {"text", check.text}});
    j["sent"] = f.sent;
    j["left_out"] = f.left_out;
    j["times_pulled_out"] = f.pulled.size();
    j["server_xruns"] = f.xruns;
    j["clicks"] = checks.seams.clicks;
    j["outliers_at_late_switches"] = checks.seams.at_late_switches;
    j["outliers_at_underruns"] = checks.seams.at_underruns;
    j["planted"] = checks.planted.planted();
    j["found"] = checks.planted.found();
    j["places"] = checks.seams.places;
    j["report"] = f.report;
    return j;
}

BenchProgram::Outcome torture(const Options& o, const BenchProgram& bench) {
    std::error_code error;
    if (!o.keep.empty() && !std::filesystem::is_directory(o.keep) &&
        !std::filesystem::create_directories(o.keep, error))
        throw BadInput("--keep " + o.keep + ": cannot be made");
    std::optional<TemporaryFolder> passing;
    if (o.keep.empty()) passing.emplace();
    const auto folder = passing ? passing->path() : std::filesystem::absolute(o.keep);
    std::filesystem::remove_all(folder / "stems");
    TortureFacts facts;
    {
        const BenchJackServer server(256, folder);
        if (!server.answers()) return BenchProgram::Outcome::no_jack_server;
        facts = TortureSession(bench.program(), folder, o.seed, o.seconds).play();
    }
    fmt::print("{:g} seconds, seed {}\n", o.seconds, o.seed);
    print_figures(facts);
    std::fflush(stdout);
    const TortureChecks checks(facts, folder, o.seed);
    bool passed = true;
    for (const auto& check : checks.all) {
        fmt::print("{:<7} {}: {}\n", check.passed ? "ok" : "FAILED", check.name, check.text);
        passed = passed && check.passed;
    }
    for (const auto& place : checks.seams.places) fmt::print("        {}\n", place);
    bench.write(json_of(o, facts, checks));
    return passed ? BenchProgram::Outcome::passed : BenchProgram::Outcome::failed;
}

}  // namespace

int main(int argc, char** argv) {
    Options o;
    BenchProgram bench("bench_torture");
    bench.options().add_option("--seconds", o.seconds, "How long (default 20)")->check(between(12.0, 3600.0));
    bench.options()
        .add_option("--seed", o.seed, "Of all that is random (default 1)")
        ->check(between<std::uint64_t>(0, UINT64_MAX));
    bench.options().add_option("--keep", o.keep, "What was recorded stays in this folder")->check(not_empty());
    return bench.run(argc, argv, [&] { return torture(o, bench); });
}
