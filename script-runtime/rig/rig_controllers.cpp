#include "script-runtime/rig/rig_controllers.h"

#include <fmt/format.h>

#include "script-runtime/rig/rig_lookup.h"

namespace forerun {
namespace {

constexpr std::size_t most_macros = 8;
constexpr int last_controller = 119;  // higher ones are channel modes
constexpr int last_nrpn = 16383;
constexpr std::size_t most_mappings = 1u << 14;  // of all instruments, which may share one table

ControllerTarget whole_range(std::uint16_t index, std::uint16_t parameter, const InstrumentDescription& instrument) {
    const auto& p = instrument.parameters[parameter];
    return {index, parameter, p.minimum, p.maximum, 1, p.logarithmic};
}

ControllerTarget read_move(const LuaTableReader& table, std::uint16_t index, const InstrumentDescription& instrument) {
    const auto name = table.text("parameter");
    if (!name) table.fail("parameter is missing; say what is moved: parameter = \"cutoff\"");
    auto target = whole_range(index, parameter_of(table, instrument, *name), instrument);
    const double minimum = target.from, maximum = target.to;
    target.from = static_cast<float>(table.number("from", minimum, maximum).value_or(minimum));
    target.to = static_cast<float>(table.number("to", minimum, maximum).value_or(maximum));
    target.curve = table.number("curve", 0.1, 10).value_or(1);
    return target;
}

void read_numbered(const LuaTableReader& table, const char* key, int last, bool nrpn, std::uint16_t index,
                   const InstrumentDescription& instrument, Rig& rig) {
    table.table(key, [&](const LuaTableReader& controllers) {
        controllers.numbered(key, last, [&](int number, const std::string& name, const LuaTableReader* move) {
            if (rig.mappings.size() == most_mappings)
                table.fail(fmt::format("more than {} controllers in one rig; leave some out", most_mappings));
            ControllerMapping mapping;
            mapping.nrpn = nrpn;
            mapping.number = static_cast<std::uint16_t>(number);
            mapping.channel_mask = instrument.channel_mask;
            if (move) {
                const auto entry = move->at(fmt::format("{}: {} {}", table.where(), key, number));
                entry.refuse_unknown({"parameter", "from", "to", "curve"});
                mapping.targets.push_back(read_move(entry, index, instrument));
            } else {
                mapping.targets.push_back(whole_range(index, parameter_of(controllers, instrument, name), instrument));
            }
            rig.mappings.push_back(std::move(mapping));
        });
    });
}

}  // namespace

void read_controllers(const LuaTableReader& table, std::uint16_t index, const InstrumentDescription& instrument,
                      Rig& rig) {
    read_numbered(table, "controllers", last_controller, false, index, instrument, rig);
    read_numbered(table, "nrpn", last_nrpn, true, index, instrument, rig);
}

void read_macros(const LuaTableReader& table, Rig& rig) {
    table.list("macros", [&](const LuaTableReader& entry, std::size_t number) {
        if (number > most_macros)
            table.fail(fmt::format("macros has more than {} entries; leave some out", most_macros));
        const auto macro = entry.at(fmt::format("{}: macro {}", table.where(), number));
        macro.refuse_unknown({"name", "controller", "channel", "moves"});
        ControllerMapping mapping;
        mapping.macro = macro.text("name").value_or(fmt::format("macro {}", number));
        const auto controller = macro.integer("controller", 0, last_controller);
        if (!controller) macro.fail("controller is missing; give the number of the one that moves it: controller = 16");
        mapping.number = static_cast<std::uint16_t>(*controller);
        if (const auto channel = macro.integer("channel", 1, 16))
            mapping.channel_mask = static_cast<std::uint16_t>(1u << (*channel - 1));
        macro.list("moves", [&](const LuaTableReader& move, std::size_t) {
            const auto one = move.at(macro.where());
            one.refuse_unknown({"instrument", "parameter", "from", "to", "curve"});
            const auto name = one.text("instrument");
            if (!name) one.fail("instrument is missing; say whose parameter it moves: instrument = \"bass\"");
            const auto instrument = instrument_of(one, rig, *name);
            mapping.targets.push_back(read_move(one, instrument, rig.instruments[instrument]));
        });
        if (mapping.targets.empty()) macro.fail("moves is empty; give it something to move, or leave the macro out");
        rig.mappings.push_back(std::move(mapping));
    });
}

}  // namespace forerun
