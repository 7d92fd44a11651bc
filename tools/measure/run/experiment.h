// Runs the cells of a plan that are not yet done, each in its own process: none is affected by what another leaves behind
// (compiled code, memory, a hung script) or by its crash.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/measure/record/result_folder.h"

namespace forerun::measure {

// Every n-th cell of the plan's order, from the i-th on.
struct Shard {
    int number = 1, count = 1;  // i/n
};
// "2/8". Throws BadInput.
Shard shard_of(const std::string& text);

struct Progress {
    std::size_t done = 0, all = 0;  // cells, those of earlier runs included
    std::string cell;               // that is run now
    double seconds_left = 0;
};

struct Outcome {
    std::size_t run = 0;
    std::vector<std::string> failed;  // "p007r02: why"
    bool stopped = false;
};

// Ctrl-C ends it in order: the cell under way is given up, all others are kept.
Outcome run_experiment(const ResultFolder& folder, const Shard& shard,
                       const std::function<void(const Progress&)>& report);

// What a cell's process does: writes the cell beside its place.
void run_cell_of(const std::string& folder, const std::string& cell);

}  // namespace forerun::measure
