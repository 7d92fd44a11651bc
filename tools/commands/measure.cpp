// forerun measure: its command line. An experiment: measure_experiment.cpp.
#include <memory>

#include "tools/commands/commands.h"
#include "tools/commands/measure_options.h"
#include "tools/options/option_range.h"

namespace forerun {

void add_measure(CLI::App& program, Run& run) {
    auto* command = program.add_subcommand("measure", "Measure underruns and latency, so that it can be published");
    command->require_subcommand(0, 1);
    auto o = std::make_shared<ExperimentOptions>();
    command->add_option("plan", o->plan, "Plan of the experiment (Lua)");
    command
        ->add_option("--grid", o->grids,
                     "Instead of a plan: NAME=VALUE,VALUE NAME=VALUE ...; may be given several times")
        ->check(not_empty());
    command->add_option("-o,--output", o->folder, "Folder of the results; what is there already is not measured again")
        ->check(not_empty());
    command->add_option("--repeats", o->repeats, "How often each point is measured (default 3)")->check(between(1, 99));
    command->add_option("--seconds", o->seconds, "Seconds of each measurement (default 20)")
        ->check(between(0.1, 86400.0));
    command->add_option("--warmup", o->warmup_seconds, "Seconds that it plays before, not measured (default 2)")
        ->check(between(0.0, 3600.0));
    command->add_option("--seed", o->seed, "Seed of the order and the events (default 1)")
        ->check(between<std::int64_t>(0, std::int64_t{1} << 53));
    command->add_option("--shard", o->shard, "I/N: measure only every N-th cell, from the I-th on")->check(not_empty());
    command
        ->add_flag("--find-capacity", o->find_capacity,
                   "Instead of the cells: the largest number of voices of each point that plays clean in three runs")
        ->disable_flag_override();
    command->add_option("--merge", o->merge, "Put the cells of these folders (of shards) together into -o")
        ->check(not_empty());
    command->add_option("--compare", o->compare, "Compare two results, point by point")
        ->expected(2)
        ->check(not_empty());
    command->add_option("--check", o->check, "Derive every figure of a result again from its raw data")
        ->check(not_empty());
    command->add_option("--cell", o->cell)->group("");
    command->callback([command, &run, o] {
        if (command->get_subcommands().empty()) run = [o] { return run_experiment_command(*o); };
    });
    add_measure_latency(*command, run);
    add_measure_loopback(*command, run);
}

}  // namespace forerun
