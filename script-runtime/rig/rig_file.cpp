#include "script-runtime/rig/rig_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <lua.hpp>

#include "script-runtime/rig/lua_table_reader.h"
#include "script-runtime/rig/rig_controllers.h"
#include "script-runtime/rig/rig_lookup.h"
#include "script-runtime/rig/rig_presets.h"
#include "script-runtime/rig/scala_tuning.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

constexpr double lowest_db = -120, highest_db = 24;
constexpr double lowest_a4_hz = 220, highest_a4_hz = 880;

BusDescription read_bus(const LuaTableReader& table) {
    table.refuse_unknown({"name", "gain_db", "output"});
    BusDescription bus;
    const auto name = table.text("name");
    if (!name) table.fail("name is missing");
    bus.name = *name;
    bus.gain_db = table.number("gain_db", lowest_db, highest_db).value_or(0);
    bus.output = static_cast<std::uint32_t>(table.integer("output", 1, 7).value_or(1) - 1);
    return bus;
}

std::uint16_t read_channels(const LuaTableReader& table) {
    if (!table.has("channel")) return 0xffff;
    std::uint16_t mask = 0;
    try {
        for (const int channel : table.integers("channel", 1, 16))
            mask |= static_cast<std::uint16_t>(1u << (channel - 1));
    } catch (const BadInput&) {
        bool all = false;
        try {
            all = table.text("channel") == "all";
        } catch (const BadInput&) {
        }
        if (!all) table.fail("channel must be a whole number from 1 to 16, a list of them, or \"all\"");
        mask = 0xffff;
    }
    return mask;
}

// { first, last } or one number, up to 127.
void read_range(const LuaTableReader& table, const char* key, int minimum, std::uint8_t& first, std::uint8_t& last) {
    const auto range = table.integers(key, minimum, 127);
    if (range.empty()) return;
    if (range.size() > 2 || range.front() > range.back()) {
        table.fail(fmt::format("{} must be {{ first, last }}, from {} to 127, first not above last", key, minimum));
    }
    first = static_cast<std::uint8_t>(range.front());
    last = static_cast<std::uint8_t>(range.back());
}

// One key, { first, last }, or a list of three and more.
void read_keys(const LuaTableReader& table, InstrumentDescription& instrument) {
    const auto keys = table.integers("keys", 0, 127);
    if (keys.size() < 3) return read_range(table, "keys", 0, instrument.first_key, instrument.last_key);
    instrument.keys.assign(keys.begin(), keys.end());
    const auto [least, most] = std::ranges::minmax(keys);
    instrument.first_key = static_cast<std::uint8_t>(least);
    instrument.last_key = static_cast<std::uint8_t>(most);
}

std::uint8_t choke_group_of(const LuaTableReader& table, Rig& rig, const std::string& name) {
    constexpr std::size_t most_groups = 255;
    auto place = std::ranges::find(rig.choke_groups, name) - rig.choke_groups.begin();
    if (place == std::ssize(rig.choke_groups)) {
        if (rig.choke_groups.size() == most_groups)
            table.fail(fmt::format("\"{}\" is one choke group too many; a rig has at most {}", name, most_groups));
        rig.choke_groups.push_back(name);
    }
    return static_cast<std::uint8_t>(place + 1);
}

// choke = "hats": all keys of the instrument. choke = { hats = { 42, 44, 46 } }: these of them.
void read_choke(const LuaTableReader& table, InstrumentDescription& instrument, Rig& rig) {
    if (!table.has("choke")) return;
    instrument.choke.resize(128);
    if (!table.is_table("choke")) {
        const auto group = choke_group_of(table, rig, *table.text("choke"));
        for (int key = 0; key < 128; ++key)
            if (instrument.plays_key(key)) instrument.choke[static_cast<std::size_t>(key)] = group;
        return;
    }
    table.table("choke", [&](const LuaTableReader& groups) {
        groups.named([&](const std::string& name, int) {
            const auto group = choke_group_of(table, rig, name);
            for (const int key : groups.integers(name.c_str(), 0, 127)) {
                auto& of_key = instrument.choke[static_cast<std::size_t>(key)];
                if (of_key != 0 && of_key != group)
                    table.fail(fmt::format("choke: key {} is in two groups; leave it in one", key));
                of_key = group;
            }
        });
    });
}

void read_parameters(const LuaTableReader& table, lua_State* lua, InstrumentDescription& instrument) {
    table.table("parameters", [&](const LuaTableReader& values) {
        values.named([&](const std::string& name, int index) {
            auto& parameter = instrument.parameters[parameter_of(table, instrument, name)];
            parameter.value = parameter_value(table, lua, index, parameter);
            parameter.set_by_rig = true;
        });
    });
}

// "scale.scl", or { scale = "scale.scl", map = "keys.kbm", a4 = 442 }. Empty: equal temperament.
using Tuning = std::optional<std::pair<Scale, KeyboardMap>>;
Tuning read_tuning(const LuaTableReader& table, const ReadText& read_text) {
    if (!table.has("tuning")) return std::nullopt;
    Scale scale{{100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200}};
    KeyboardMap map;
    const auto read_into = [&](const LuaTableReader& named, const char* key, auto read, auto& into) {
        const auto file = named.text(key);
        if (!file) return;
        try {
            const auto [text, shown] = read_text(*file);
            into = read(text, shown);
        } catch (const BadInput& error) {
            named.fail(error.what());
        }
    };
    if (table.is_table("tuning")) {
        table.table("tuning", [&](const LuaTableReader& names) {
            names.refuse_unknown({"scale", "map", "a4"});
            read_into(names, "scale", read_scale, scale);
            read_into(names, "map", read_keyboard_map, map);
            if (const auto a4 = names.number("a4", lowest_a4_hz, highest_a4_hz)) {
                map.reference_key = 69;
                map.reference_hz = *a4;
            }
        });
    } else {
        read_into(table, "tuning", read_scale, scale);
    }
    return std::pair{scale, map};
}

InstrumentDescription read_instrument(const LuaTableReader& table, lua_State* lua, const std::string& name, Rig& rig,
                                      const DescribeVoice& describe, const ReadText& read_text,
                                      const Tuning& rig_tuning) {
    table.refuse_unknown(
        {"name",      "voice",     "channel",    "programs",   "bank",        "keys", "velocities", "velocity_curve",
         "priority",  "polyphony", "steal",      "mode",       "glide",       "bus",  "gain_db",    "pan",
         "transpose", "tuning",    "bend_range", "parameters", "controllers", "nrpn", "choke"});
    const auto voice = table.text("voice");
    if (!voice) table.fail("voice is missing; give the script: voice = \"voices/bass\"");

    InstrumentDescription instrument;
    try {
        instrument = describe(*voice);
    } catch (const BadInput& error) {
        table.fail(error.what());
    }
    if (!name.empty()) instrument.name = name;
    instrument.channel_mask = read_channels(table);
    read_range(table, "programs", 0, instrument.first_program, instrument.last_program);
    read_keys(table, instrument);
    read_choke(table, instrument, rig);
    read_range(table, "velocities", 1, instrument.least_velocity, instrument.most_velocity);
    instrument.velocity_curve = table.number("velocity_curve", 0.1, 10).value_or(1);
    if (const auto bank = table.integer("bank", 0, 16383)) instrument.bank = static_cast<std::uint16_t>(*bank);
    instrument.priority = table.integer("priority", 0, 100).value_or(instrument.priority);
    instrument.polyphony = static_cast<std::uint32_t>(
        table.integer("polyphony", 1, 1024).value_or(static_cast<int>(instrument.polyphony)));
    instrument.steal = static_cast<StealPolicy>(table.choice("steal", {"oldest", "quietest", "same", "none"})
                                                    .value_or(static_cast<std::size_t>(instrument.steal)));
    if (const auto bus = table.text("bus")) {
        const auto found =
            std::find_if(rig.buses.begin(), rig.buses.end(), [&](const auto& b) { return b.name == *bus; });
        if (found == rig.buses.end()) {
            std::vector<std::string> names;
            for (const auto& b : rig.buses) names.push_back(b.name);
            table.fail(fmt::format("there is no bus \"{}\"; there are {}", *bus, joined(names)));
        }
        instrument.bus = static_cast<std::uint16_t>(found - rig.buses.begin());
    }
    instrument.gain_db = table.number("gain_db", lowest_db, highest_db).value_or(0);
    instrument.pan = table.number("pan", -1, 1).value_or(0);
    instrument.transpose = table.integer("transpose", -127, 127).value_or(0);
    instrument.bend_range = table.number("bend_range", 0, 96).value_or(instrument.bend_range);
    instrument.mode = static_cast<NoteMode>(table.choice("mode", {"poly", "mono", "legato"}).value_or(0));
    instrument.glide_seconds = table.number("glide", 0, 30).value_or(0);
    auto tuning = read_tuning(table, read_text);
    if (!tuning) tuning = rig_tuning;
    for (int key = 0; tuning && key < 128; ++key)
        instrument.tuning_hz.push_back(key_hz(tuning->first, tuning->second, key + instrument.transpose));
    read_parameters(table, lua, instrument);
    return instrument;
}

}  // namespace

Rig read_rig(lua_State* lua, const std::string& shown, const DescribeVoice& describe, const ReadText& read_text) {
    if (!lua_istable(lua, -1)) {
        throw BadInput(fmt::format("{}: returns {}; a rig returns a table: return {{ instruments = {{ ... }} }}", shown,
                                   lua_isnil(lua, -1) ? "nothing" : std::string("a ") + luaL_typename(lua, -1)));
    }
    const LuaTableReader table(lua, -1, shown);
    if (!table.has("instruments")) {
        table.fail(table.has("sample") || table.has("render")
                       ? "is a voice, not a rig; give it as the input, or a rig, which has instruments"
                       : "has no instruments; write instruments = { { voice = ... } }, or in a voice sample or render");
    }
    table.refuse_unknown({"name", "buses", "master_gain_db", "tuning", "instruments", "macros", "presets"});

    Rig rig;
    rig.name = table.text("name").value_or(std::filesystem::path(shown).stem().string());
    rig.master_gain_db = table.number("master_gain_db", lowest_db, highest_db).value_or(0);
    if (table.has("buses")) {
        rig.buses.clear();
        const auto count = table.list("buses", [&](const LuaTableReader& entry, std::size_t number) {
            auto bus = read_bus(entry.at(fmt::format("{}: bus {}", shown, number)));
            for (const auto& other : rig.buses)
                if (other.name == bus.name)
                    table.fail(fmt::format("two buses are called \"{}\"; rename one", bus.name));
            rig.buses.push_back(std::move(bus));
        });
        if (count == 0) table.fail("buses is empty; give one or leave it out");
    }
    const auto tuning = read_tuning(table, read_text);
    const auto count = table.list("instruments", [&](const LuaTableReader& entry, std::size_t number) {
        const auto plain = entry.at(fmt::format("{}: instrument {}", shown, number));
        const auto name = plain.text("name").value_or("");
        const auto where = name.empty() ? plain.where() : fmt::format("{}: instrument \"{}\"", shown, name);
        for (const auto& other : rig.instruments)
            if (!name.empty() && other.name == name)
                table.fail(fmt::format("two instruments are called \"{}\"; rename one", name));
        const auto index = static_cast<std::uint16_t>(rig.instruments.size());
        rig.instruments.push_back(read_instrument(entry.at(where), lua, name, rig, describe, read_text, tuning));
        read_controllers(entry.at(where), index, rig.instruments.back(), rig);
    });
    if (count == 0) table.fail("instruments is empty; a rig needs at least one");
    read_macros(table, rig);
    read_presets(table, lua, rig);
    return rig;
}

}  // namespace forerun
