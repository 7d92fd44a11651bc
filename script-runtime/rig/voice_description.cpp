#include "script-runtime/rig/voice_description.h"

#include <fmt/format.h>

#include <lua.hpp>

#include "script-runtime/rig/lua_table_reader.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

constexpr double biggest = 1e9;
constexpr std::size_t most_parameters = 256;  // they are arguments of one call into Lua

ParameterDescription read_parameter(const LuaTableReader& table, const std::string& name) {
    table.refuse_unknown({"default", "minimum", "maximum", "unit", "scale"});
    const auto minimum = table.number("minimum", -biggest, biggest);
    const auto maximum = table.number("maximum", -biggest, biggest);
    const auto value = table.number("default", -biggest, biggest);
    if (!value) table.fail("default is missing; write { default = 900, minimum = 20, maximum = 18000 }");
    ParameterDescription parameter;
    parameter.name = name;
    parameter.minimum = static_cast<float>(minimum.value_or(0));
    parameter.maximum = static_cast<float>(maximum.value_or(1));
    parameter.default_value = parameter.value = static_cast<float>(*value);
    parameter.unit = table.text("unit").value_or("");
    parameter.logarithmic = table.choice("scale", {"linear", "log"}).value_or(0) == 1;
    if (!(parameter.minimum < parameter.maximum)) table.fail("minimum must be smaller than maximum");
    if (parameter.default_value < parameter.minimum || parameter.default_value > parameter.maximum) {
        table.fail(fmt::format("default is {:g}; give a number from minimum {:g} to maximum {:g}",
                               parameter.default_value, parameter.minimum, parameter.maximum));
    }
    if (parameter.logarithmic && parameter.minimum <= 0) table.fail("scale \"log\" needs a minimum above 0");
    return parameter;
}

}  // namespace

InstrumentDescription read_voice_description(lua_State* lua, const std::filesystem::path& script,
                                             const std::string& shown) {
    if (!lua_istable(lua, -1)) {
        throw BadInput(
            fmt::format("{}: returns {}; a voice script returns a table: return {{ name = ..., start = ..., "
                        "sample = ... }}",
                        shown, lua_isnil(lua, -1) ? "nothing" : std::string("a ") + luaL_typename(lua, -1)));
    }
    const LuaTableReader table(lua, -1, shown);
    if (table.has("instruments")) table.fail("is a rig, not a voice; a voice has sample or render");
    table.refuse_unknown({"name", "channels", "priority", "polyphony", "parameters", "start", "release", "sample",
                          "render", "done", "control"});
    for (const char* name : {"start", "release", "sample", "render", "done", "control"})
        if (table.has(name) && !table.is_function(name)) table.fail(fmt::format("{} must be a function", name));
    if (table.has("sample") == table.has("render")) {
        table.fail(table.has("sample") ? "has sample and render; keep one of them"
                                       : "has no sound: add sample = function(self) return x end or render = "
                                         "function(self, out, n) ... end");
    }
    if (!table.has("start") && !table.has("done"))
        table.fail(
            "nothing says when the voice is done: set self.amp = dsp.adsr(...) in start, or add a function done(self)");

    InstrumentDescription description;
    description.script = script;
    description.name = table.text("name").value_or(script.stem().string());
    description.priority = table.integer("priority", 0, 100).value_or(description.priority);
    description.channels = static_cast<std::uint32_t>(table.integer("channels", 1, 2).value_or(1));
    description.whole_quanta = table.has("render");
    description.polyphony = static_cast<std::uint32_t>(
        table.integer("polyphony", 1, 1024).value_or(static_cast<int>(description.polyphony)));
    table.table("parameters", [&](const LuaTableReader& parameters) {
        parameters.named([&](const std::string& name, int index) {
            const auto where = fmt::format("{}: parameter \"{}\"", shown, name);
            if (!lua_istable(lua, index))
                throw BadInput(where + ": must be a table: { default = 900, minimum = 20, maximum = 18000 }");
            if (description.parameters.size() == most_parameters)
                table.fail(fmt::format("parameters has more than {}, which is the most", most_parameters));
            description.parameters.push_back(read_parameter(LuaTableReader(lua, index, where), name));
        });
    });
    return description;
}

}  // namespace forerun
