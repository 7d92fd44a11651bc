// A set of two rigs of one instrument whose samples are its first parameter, with a preset each: "low" and "high".
#pragma once

#include <filesystem>
#include <string>

#include "tests/scenes/script_folder.h"

namespace forerun {

// The set's file. more_parameters: in Lua, behind the first.
inline std::filesystem::path write_level_set(const ScriptFolder& folder, const std::string& more_parameters = "") {
    folder.write("level.lua", "return { parameters = { level = { default = 0.25, minimum = 0, maximum = 1 }, " +
                                  more_parameters +
                                  R"( },
        start = function(self) self.off = false end, release = function(self) self.off = true end,
        done = function(self) return self.off end,
        sample = function(self) return self.parameters.level end })");
    const auto rig = [](const std::string& preset, const std::string& value) {
        return "return { instruments = { { name = 'one', voice = 'level' } }, presets = { { name = '" + preset +
               "', values = { one = { level = " + value + " } } } } }";
    };
    folder.write("first.lua", rig("low", "0.125"));
    folder.write("second.lua", rig("high", "0.75"));
    return folder.write("set.lua", "return { rigs = { 'first', 'second' } }");
}

}  // namespace forerun
