#include "script-runtime/rig/rig_lookup.h"

#include <fmt/format.h>

#include <cmath>
#include <lua.hpp>

namespace forerun {
namespace {

template <typename Named>
std::string names_of(const std::vector<Named>& all) {
    std::vector<std::string> names;
    for (const auto& one : all) names.push_back(one.name);
    return joined(names);
}

}  // namespace

std::uint16_t instrument_of(const LuaTableReader& table, const Rig& rig, const std::string& name) {
    const auto place = place_of(rig.instruments, name);
    if (!place) table.fail(fmt::format("there is no instrument \"{}\"; there are {}", name, names_of(rig.instruments)));
    return *place;
}

std::uint16_t parameter_of(const LuaTableReader& table, const InstrumentDescription& instrument,
                           const std::string& name) {
    const auto place = place_of(instrument.parameters, name);
    if (!place)
        table.fail(fmt::format("\"{}\" has no parameter \"{}\"; there are {}", instrument.name, name,
                               names_of(instrument.parameters)));
    return *place;
}

float parameter_value(const LuaTableReader& table, lua_State* lua, int index, const ParameterDescription& parameter) {
    // As a float, like the limits: a script's double 0.002 differs from the float slightly.
    const auto value = static_cast<float>(lua_type(lua, index) == LUA_TNUMBER ? lua_tonumber(lua, index) : NAN);
    if (!(value >= parameter.minimum && value <= parameter.maximum))
        table.fail(fmt::format("parameter \"{}\" must be a number from {:g} to {:g}{}", parameter.name,
                               parameter.minimum, parameter.maximum,
                               parameter.unit.empty() ? "" : " " + parameter.unit));
    return value;
}

}  // namespace forerun
