#include "script-runtime/rig/rig_presets.h"

#include <fmt/format.h>

#include <algorithm>
#include <lua.hpp>

#include "script-runtime/rig/rig_lookup.h"

namespace forerun {
namespace {

constexpr std::size_t most_presets = 128;      // as many as programs
constexpr std::size_t most_values = 1u << 16;  // of all presets, which may share one table

void read_values(const LuaTableReader& table, lua_State* lua, std::uint16_t index,
                 const InstrumentDescription& instrument, Preset& preset) {
    table.named([&](const std::string& name, int at) {
        const auto parameter = parameter_of(table, instrument, name);
        preset.values.push_back({index, parameter, parameter_value(table, lua, at, instrument.parameters[parameter])});
    });
}

}  // namespace

void read_presets(const LuaTableReader& table, lua_State* lua, Rig& rig) {
    std::size_t values = 0;
    table.list("presets", [&](const LuaTableReader& entry, std::size_t number) {
        if (number > most_presets)
            table.fail(fmt::format("presets has more than {} entries; leave some out", most_presets));
        const auto plain = entry.at(fmt::format("{}: preset {}", table.where(), number));
        plain.refuse_unknown({"name", "program", "values"});
        Preset preset;
        preset.name = plain.text("name").value_or(fmt::format("preset {}", number));
        preset.program = static_cast<std::uint8_t>(
            plain.integer("program", 0, 127).value_or(static_cast<int>(std::min(number - 1, most_presets - 1))));
        for (const auto& other : rig.presets)
            if (other.name == preset.name)
                table.fail(fmt::format("two presets are called \"{}\"; rename one", preset.name));
        plain.table("values", [&](const LuaTableReader& instruments) {
            instruments.named([&](const std::string& name, int at) {
                const auto instrument = instrument_of(plain, rig, name);
                if (!lua_istable(lua, at))
                    plain.fail(fmt::format("values of \"{}\" must be a table: {} = {{ cutoff = 400 }}", name, name));
                read_values(LuaTableReader(lua, at, plain.where()), lua, instrument, rig.instruments[instrument],
                            preset);
            });
        });
        if (preset.values.empty())
            plain.fail("values is empty; say what it sets: values = { bass = { cutoff = 400 } }");
        if ((values += preset.values.size()) > most_values)
            plain.fail(fmt::format("more than {} values in all presets; leave some out", most_values));
        rig.presets.push_back(std::move(preset));
    });
}

}  // namespace forerun
