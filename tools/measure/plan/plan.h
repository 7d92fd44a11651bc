// An experiment before it is run: its points, how often each is run, for how long, and in which order.
//
// A cell is one point in one repeat, "p007r02". Every repeat has its own random order of points, derived from the seed, so that
// drifts over time (heat, other programs) do not affect one point only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/measure/plan/parameters.h"

namespace forerun::measure {

struct CellName {
    int point = 0;   // from 1
    int repeat = 0;  // from 1
    std::string text() const;
    bool operator==(const CellName&) const = default;
};

struct Plan {
    std::string title;
    std::uint64_t seed = 1;
    int repeats = 3;
    double seconds = 20;        // of measurement, each cell
    double warmup_seconds = 2;  // before that
    std::vector<Point> points;

    // All cells, in the order of running.
    std::vector<CellName> order() const;
    const Point& point(const CellName& cell) const { return points.at(static_cast<std::size_t>(cell.point - 1)); }
    // Points of one repeat get the same events, so that they can be compared in pairs.
    std::uint64_t seed_of(const CellName& cell) const {
        return seed * 1000003 + static_cast<std::uint64_t>(cell.repeat);
    }
    // Parameters that differ between points, in the order of parameters().
    std::vector<std::string> factors() const;
    double seconds_of_a_cell() const { return seconds + warmup_seconds; }

    // The command that repeats this cell with the same events, as cell p001 of its last repeat.
    std::string command_of(const CellName& cell) const;

    Json json() const;
    // Throws BadInput: `shown` names the file.
    static Plan of(const Json& json, const std::string& shown);
};

// A grid: every combination of the values, the last parameter changing fastest. Adds points that the plan does not have yet.
struct Factor {
    std::string name;
    std::vector<Json> values;
};
void add_grid(Plan& plan, const std::vector<Factor>& factors);

// The words of --grid: mode=rewind,ring voices=16,64 fault="stall 100 ms every 1 s". Throws BadInput.
std::vector<Factor> factors_of_words(const std::string& words);

// A plan file (Lua), see docs/measure.md. Throws BadInput with file:line.
Plan read_plan_file(const std::string& file);

}  // namespace forerun::measure
