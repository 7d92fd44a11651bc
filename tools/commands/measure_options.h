// The options of `forerun measure` itself; measure.cpp adds them to the command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/commands/commands.h"

namespace forerun {

struct ExperimentOptions {
    std::string plan;                  // file; empty: none
    std::vector<std::string> grids;    // --grid, each a line of words
    std::string folder;                // -o
    std::string shard;                 // "2/8"; empty: all
    std::vector<std::string> compare;  // two folders
    std::vector<std::string> merge;    // folders
    std::string check;                 // folder
    bool find_capacity = false;
    std::string cell;            // of the process that runs one cell
    int repeats = 0;             // 0: as the plan says
    double seconds = 0;          // 0: as the plan says
    double warmup_seconds = -1;  // −1: as the plan says
    std::int64_t seed = -1;      // −1: as the plan says
};

int run_experiment_command(const ExperimentOptions& options);
void add_measure_latency(CLI::App& measure, Run& run);
void add_measure_loopback(CLI::App& measure, Run& run);

}  // namespace forerun
