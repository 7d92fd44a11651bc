// Finds how many voices of each point play without dropouts: the search of capacity.h, whose every try is an experiment of its
// own below the result (capacity/p007/v0048), so that it can be interrupted, resumed and derived again like any other.
#pragma once

#include <functional>
#include <string>

#include "tools/measure/run/experiment.h"

namespace forerun::measure {

inline constexpr int capacity_runs = 3;  // a number of voices is clean when all of them are

// A point's `voices` are the most that is tried. `report`: called before each try.
Outcome find_capacity(const ResultFolder& folder, const std::function<void(const std::string& what)>& report);

// "capacity" of report.json, from what is there: points whose search is over.
Json capacity_json(const ResultFolder& folder);

}  // namespace forerun::measure
