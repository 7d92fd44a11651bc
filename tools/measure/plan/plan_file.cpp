// A plan as a Lua file:
//
//   return {
//       title = "depth against voices",
//       seconds = 20, warmup_seconds = 2, repeats = 3, seed = 1,
//       grid = { mode = { "rewind", "ring" }, voices = { 16, 64 }, depth_frames = { 2048, 24000 }, events_hz = 50 },
//       -- or several: grids = { {...}, {...} }; a point that is in two of them is run once
//   }
#include <fmt/format.h>

#include <cmath>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/rig/lua_table_reader.h"
#include "script-runtime/sandbox/script_thread.h"
#include "script-runtime/sandbox/watchdog.h"
#include "shared/files/script_path.h"
#include "tools/measure/plan/plan.h"
#include "tools/report/json_output.h"

namespace forerun::measure {
namespace {

constexpr std::int64_t longest_milliseconds = 1000;  // for evaluating a plan file

Json json_value(const LuaTableReader::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    const double number = std::get<double>(value);
    if (number == std::floor(number) && std::abs(number) < 1e15) return static_cast<std::int64_t>(number);
    return number;
}

// In the order of parameters(): a Lua table has none.
std::vector<Factor> read_grid(const LuaTableReader& table) {
    std::vector<std::string> unknown;
    table.named([&](const std::string& name, int) {
        for (const auto& p : parameters())
            if (name == p.name) return;
        table.fail(fmt::format("\"{}\" is no parameter; there are {}", name, parameter_names()));
    });
    std::vector<Factor> factors;
    for (const auto& p : parameters()) {
        Factor factor{p.name, {}};
        for (const auto& value : table.values(p.name)) {
            factor.values.push_back(json_value(value));
            if (const auto why = p.error(factor.values.back()); !why.empty())
                table.fail(fmt::format("{} {}: {}", p.name, json_text(factor.values.back()), why));
        }
        if (!factor.values.empty()) factors.push_back(std::move(factor));
    }
    return factors;
}

}  // namespace

Plan read_plan_file(const std::string& file) {
    Watchdog watchdog(longest_milliseconds);
    return on_script_thread(false, [&](const ReadScript& read) {
        Plan plan;
        LuaHost host({.script_path = default_script_path(), .read = read});
        const Watchdog::Guard guard(watchdog, host);
        host.read_table(file, [&](const LuaTableReader& table) {
            table.refuse_unknown({"title", "seconds", "warmup_seconds", "repeats", "seed", "grid", "grids"});
            plan.title = table.text("title").value_or("");
            plan.seconds = table.number("seconds", 0.1, 86400).value_or(plan.seconds);
            plan.warmup_seconds = table.number("warmup_seconds", 0, 3600).value_or(plan.warmup_seconds);
            plan.repeats = table.integer("repeats", 1, 99).value_or(plan.repeats);
            plan.seed = static_cast<std::uint64_t>(table.number("seed", 0, 9e15).value_or(1));
            table.table("grid", [&](const LuaTableReader& grid) { add_grid(plan, read_grid(grid)); });
            table.list("grids", [&](const LuaTableReader& grid, std::size_t) { add_grid(plan, read_grid(grid)); });
            if (plan.points.empty()) table.fail("has no grid; give grid = { voices = { 16, 64 } }");
        });
        return plan;
    });
}

}  // namespace forerun::measure
