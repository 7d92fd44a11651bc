#include "script-runtime/rig_set.h"

#include <fmt/format.h>

#include <algorithm>

namespace forerun {
namespace {

constexpr std::size_t most_rigs = 128;              // as many as programs
constexpr std::size_t most_instruments = 1u << 12;  // far below what an index holds; engines take less
constexpr std::size_t most_mappings_of_set = 1u << 16;
constexpr std::size_t most_choke_groups = 255;  // their number has eight bits, 0 is none

// Instruments, buses: what is called alike in two rigs is told apart by its rig.
template <typename Named>
std::string free_name(const std::vector<Named>& taken, const std::string& name, const std::string& rig) {
    const auto is_taken = [&](const std::string& n) {
        return std::any_of(taken.begin(), taken.end(), [&](const auto& t) { return t.name == n; });
    };
    if (!is_taken(name)) return name;
    auto candidate = rig + " " + name;
    for (int n = 2; is_taken(candidate); ++n) candidate = fmt::format("{} {} {}", rig, name, n);
    return candidate;
}

std::uint16_t add_bus(std::vector<BusDescription>& buses, BusDescription bus, const std::string& rig) {
    const auto same = std::find_if(buses.begin(), buses.end(), [&](const BusDescription& b) {
        return b.name == bus.name && b.gain_db == bus.gain_db && b.output == bus.output;
    });
    if (same != buses.end()) return static_cast<std::uint16_t>(same - buses.begin());
    bus.name = free_name(buses, bus.name, rig);
    buses.push_back(std::move(bus));
    return static_cast<std::uint16_t>(buses.size() - 1);
}

}  // namespace

Rig merged(const std::vector<Rig>& rigs) {
    Rig all;
    all.buses.clear();
    all.master_gain_db = rigs.at(0).master_gain_db;
    for (const auto& rig : rigs) {
        const auto number = static_cast<std::uint16_t>(all.set.size());
        const auto first = static_cast<std::uint16_t>(all.instruments.size());
        all.set.push_back(rig.name);
        std::vector<std::uint16_t> buses;
        for (auto bus : rig.buses) {
            bus.gain_db += rig.master_gain_db - all.master_gain_db;
            buses.push_back(add_bus(all.buses, std::move(bus), rig.name));
        }
        for (auto instrument : rig.instruments) {
            instrument.rig = number;
            for (auto& group : instrument.choke)
                if (group != 0) group = static_cast<std::uint8_t>(group + all.choke_groups.size());
            instrument.bus = buses[instrument.bus];
            instrument.name = free_name(all.instruments, instrument.name, rig.name);
            all.instruments.push_back(std::move(instrument));
        }
        all.choke_groups.insert(all.choke_groups.end(), rig.choke_groups.begin(), rig.choke_groups.end());
        for (auto mapping : rig.mappings) {
            for (auto& target : mapping.targets)
                target.instrument = static_cast<std::uint16_t>(target.instrument + first);
            all.mappings.push_back(std::move(mapping));
        }
        for (auto preset : rig.presets) {
            preset.rig = number;
            for (auto& value : preset.values) value.instrument = static_cast<std::uint16_t>(value.instrument + first);
            all.presets.push_back(std::move(preset));
        }
    }
    return all;
}

Rig read_rig_set(const LuaTableReader& table, const std::string& name,
                 const std::function<Rig(const std::string& rig)>& read_rig) {
    table.refuse_unknown({"name", "rigs", "channel"});
    const auto names = table.texts("rigs");
    if (names.empty() || names.size() > most_rigs)
        table.fail(fmt::format("rigs has {} entries; a set has 1 to {}", names.size(), most_rigs));
    std::vector<Rig> rigs;
    std::size_t instruments = 0, mappings = 0, choke_groups = 0;
    for (const auto& rig : names) {
        const auto& read = rigs.emplace_back(read_rig(rig));
        instruments += read.instruments.size() + read.buses.size();
        mappings += read.mappings.size();
        choke_groups += read.choke_groups.size();
        if (choke_groups > most_choke_groups)
            table.fail(fmt::format("rigs have more than {} choke groups together; leave some out", most_choke_groups));
        if (instruments > most_instruments || mappings > most_mappings_of_set)
            table.fail(fmt::format("rigs have more than {} instruments and buses, or {} controllers, together",
                                   most_instruments, most_mappings_of_set));
    }
    auto set = merged(rigs);
    set.name = table.text("name").value_or(name);
    if (const auto channel = table.integer("channel", 1, 16))
        set.set_channel_mask = static_cast<std::uint16_t>(1u << (*channel - 1));
    return set;
}

}  // namespace forerun
