// A set of two rigs whose sound cannot click by itself: low sines under raised cosines, every parameter, bend and pressure
// smoothed twice, so that up to the third derivative nothing jumps but what the engine makes jump.
//
// Each rig has an instrument for each channel, so each stem is one channel's. Polyphony is small: notes are stolen all the
// time, or dropped, in all four ways. The voices compute their sines with math.sin: dsp.sine has a coarser one at lower
// quality, and where that begins is a (very soft) seam of its own.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace forerun::bench {

inline constexpr int torture_channels = 16, torture_presets = 4;
inline constexpr int lowest_torture_key = 30, highest_torture_key = 60;
inline constexpr double torture_release_seconds = 0.25;

namespace torture_rig_parts {

inline constexpr const char* voice = R"(
local dsp = require "dsp"
local sin, cos, pi = math.sin, math.cos, math.pi
local rise_frames, fall_frames = 1200, 12000

return {
    channels = CHANNELS,
    parameters = {
        level = { default = 0.8, minimum = 0.5, maximum = 1 },
        colour = { default = 0.1, minimum = 0, maximum = 0.3 },
    },
    start = function(self, note)
        self.phase, self.rise, self.fall, self.falls = 0, 0, 0, false
        self.hz1, self.hz2 = dsp.glide(0.03, note.frequency), dsp.glide(0.03, note.frequency)
        self.level1, self.level2 = dsp.glide(0.04, self.parameters.level), dsp.glide(0.04, self.parameters.level)
        self.colour1, self.colour2 = dsp.glide(0.04, self.parameters.colour), dsp.glide(0.04, self.parameters.colour)
        self.loudness = 0.015 + 0.03 * note.velocity
    end,
    release = function(self) self.falls = true end,
    done = function(self) return self.fall >= fall_frames end,
    sample = function(self)
        local p = self.parameters
        local hz = self.hz2:next(self.hz1:next(self.frequency))
        local level = self.level2:next(self.level1:next(p.level * (0.8 + 0.2 * self.pressure)))
        local colour = self.colour2:next(self.colour1:next(p.colour + 0.1 * self.modulation + 0.1 * self.timbre))
        local phase = self.phase
        self.phase = (phase + hz / 48000) % 1
        level = level * self.loudness
        if self.rise < rise_frames then
            level = level * (0.5 - 0.5 * cos(pi * self.rise / rise_frames))
            self.rise = self.rise + 1
        end
        if self.falls then
            level = level * (self.fall < fall_frames and 0.5 + 0.5 * cos(pi * self.fall / fall_frames) or 0)
            self.fall = self.fall + 1
        end
        local x = level * (sin(2 * pi * phase) + colour * sin(4 * pi * phase))
        return RESULT
    end,
}
)";

inline std::string with(std::string text, const std::string& word, const std::string& what) {
    text.replace(text.find(word), word.size(), what);
    return text;
}

inline std::string rig(const std::string& name) {
    constexpr const char* steals[] = {"oldest", "quietest", "same", "none"};
    std::string text = "return {\n    master_gain_db = -12,\n    instruments = {\n";
    for (int channel = 1; channel <= torture_channels; ++channel)
        text += fmt::format(
            "        {{ name = \"{0}-{1}\", voice = \"{0}\", channel = {1}, polyphony = {5}, steal = \"{2}\", mode = "
            "\"{3}\", "
            "glide = {4}, nrpn = {{ [300] = \"level\" }}, controllers = {{ [20] = \"level\", [21] = \"colour\" }} "
            "}},\n",
            name, channel, steals[channel % 4],
            channel % 8 == 3   ? "mono"
            : channel % 8 == 4 ? "legato"
                               : "poly",
            channel % 5 == 0 ? 0.1 : 0, 2 + channel % 3);
    text += "    },\n    macros = { { name = \"all\", controller = 16, moves = {\n";
    for (int channel = 1; channel <= torture_channels; channel += 3)
        text += fmt::format("        {{ instrument = \"{}-{}\", parameter = \"level\", curve = 2 }},\n", name, channel);
    text += "    } } },\n    presets = {\n";
    for (int preset = 0; preset < torture_presets; ++preset) {
        text += fmt::format("        {{ name = \"preset {}\", values = {{\n", preset);
        for (int channel = 1 + preset; channel <= torture_channels; channel += 2)
            text += fmt::format("            [\"{}-{}\"] = {{ level = {}, colour = {} }},\n", name, channel,
                                0.6 + 0.1 * preset, 0.05 * preset);
        text += "        } },\n";
    }
    return text + "    },\n}\n";
}

}  // namespace torture_rig_parts

// Returns the set. Its channel is the last.
inline std::filesystem::path write_torture_rig(const std::filesystem::path& folder) {
    using namespace torture_rig_parts;
    const auto write = [&](const char* name, const std::string& text) { std::ofstream(folder / name) << text; };
    write("round.lua", with(with(voice, "CHANNELS", "1"), "RESULT", "x"));
    write("wide.lua", with(with(voice, "CHANNELS", "2"), "RESULT", "x, 0.7 * x"));
    write("first.lua", rig("round"));
    write("second.lua", rig("wide"));
    write("torture.lua", "return { name = \"torture\", rigs = { \"first\", \"second\" }, channel = 16 }\n");
    return folder / "torture.lua";
}

}  // namespace forerun::bench
