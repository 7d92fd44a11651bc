// forerun measure PLAN.lua | --grid ...: an experiment, cell by cell, into a folder.
#include <fmt/format.h>

#include <cstdio>

#include "shared/bad_input.h"
#include "tools/commands/commands.h"
#include "tools/commands/measure_options.h"
#include "tools/measure/run/capacity_run.h"
#include "tools/measure/run/comparison.h"
#include "tools/measure/run/derived.h"
#include "tools/measure/run/experiment.h"
#include "tools/measure/run/merge.h"
#include "tools/process/stop_signal.h"
#include "tools/report/json_output.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

using namespace measure;

Plan plan_of(const ExperimentOptions& o) {
    if (o.plan.empty() == o.grids.empty())
        throw BadInput("measure: give a plan file, or --grid \"NAME=VALUE,... NAME=VALUE,...\"; see docs/measure.md");
    Plan plan;
    if (!o.plan.empty()) plan = read_plan_file(o.plan);
    for (const auto& words : o.grids) add_grid(plan, factors_of_words(words));
    if (o.repeats > 0) plan.repeats = o.repeats;
    if (o.seconds > 0) plan.seconds = o.seconds;
    if (o.warmup_seconds >= 0) plan.warmup_seconds = o.warmup_seconds;
    if (o.seed >= 0) plan.seed = static_cast<std::uint64_t>(o.seed);
    return plan;
}

std::string time_text(double seconds) {
    const auto whole = static_cast<long>(seconds + 0.5);
    if (whole < 120) return fmt::format("{} s", whole);
    if (whole < 7200) return fmt::format("{} min", (whole + 30) / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

int exit_code_of(const Outcome& outcome) {
    for (const auto& why : outcome.failed) print_line("failed  {}", why);
    if (outcome.stopped) return exit_interrupted;
    return outcome.failed.empty() ? exit_fine : exit_failed;
}

int capacity(const ResultFolder& folder) {
    const auto outcome = find_capacity(folder, [](const std::string& what) {
        print_line("{}", what);
        std::fflush(stdout);
    });
    for (const auto& found : capacity_json(folder))
        print_line("point {}: {} voices clean{}", json_text(found.at("point")), json_text(found.at("voices")),
                   found.contains("or_more") ? " or more" : "");
    if (!capacity_json(folder).empty()) derive(folder);
    return exit_code_of(outcome);
}

int check(const std::string& name) {
    const ResultFolder folder(name);
    const auto differing = check_derived(folder);
    for (const auto& line : differing) print_line("{}: {}", name, line);
    if (!differing.empty()) return exit_failed;
    print_line("{}: every figure follows from its {} cells", name, folder.done().size());
    return exit_fine;
}

}  // namespace

int run_experiment_command(const ExperimentOptions& o) {
    if (!o.check.empty()) return check(o.check);
    if (!o.compare.empty()) {
        print_lines(comparison_text(ResultFolder(o.compare[0]), ResultFolder(o.compare[1])));
        return exit_fine;
    }
    if (o.folder.empty()) throw BadInput("measure: -o FOLDER is missing: where the results go");
    if (!o.cell.empty()) {
        run_cell_of(o.folder, o.cell);
        return exit_fine;
    }
    if (!o.merge.empty()) {
        merge_results(o.merge, o.folder);
        const ResultFolder whole(o.folder);
        derive(whole);
        print_line("{} of {} cells in {}", whole.done().size(), whole.plan().order().size(), o.folder);
        return exit_fine;
    }
    const ResultFolder folder(o.folder, plan_of(o));
    if (o.find_capacity) return capacity(folder);
    const auto shard = o.shard.empty() ? Shard{} : shard_of(o.shard);
    const auto outcome = run_experiment(folder, shard, [](const Progress& p) {
        if (p.cell.empty()) return;
        print_line("{}  {} of {}, {} left", p.cell, p.done + 1, p.all, time_text(p.seconds_left));
        std::fflush(stdout);
    });
    if (!folder.done().empty()) derive(folder);
    print_line("{} cells measured now, {} of {} in {}", outcome.run, folder.done().size(), folder.plan().order().size(),
               o.folder);
    return exit_code_of(outcome);
}

}  // namespace forerun
