#include "script-runtime/rig/rig_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace forerun {
namespace {

constexpr std::size_t most_rigs = 128;              // as many as programs
constexpr std::size_t most_instruments = 1u << 12;  // far below the range of an index; engines allow fewer
constexpr std::size_t most_mappings_of_set = 1u << 16;
constexpr std::size_t most_choke_groups = 255;  // their number has eight bits, 0 is none

// Of instruments, or of buses: equal names in two rigs are made unique by the rig's name, and a number. A set may have
// thousands of one name, so numbers that were given are not tried again.
class Names {
public:
    std::string free_name(const std::string& name, const std::string& rig) {
        if (taken_.insert(name).second) return name;
        auto of_rig = rig + " " + name;
        auto& number = newest_[of_rig];
        std::string candidate;
        do candidate = ++number == 1 ? of_rig : fmt::format("{} {}", of_rig, number);
        while (!taken_.insert(candidate).second);
        return candidate;
    }

private:
    std::unordered_set<std::string> taken_;
    std::unordered_map<std::string, int> newest_;  // by name with the rig's name
};

std::uint16_t add_bus(std::vector<BusDescription>& buses, Names& names, BusDescription bus, const std::string& rig) {
    const auto same = std::find_if(buses.begin(), buses.end(), [&](const BusDescription& b) {
        return b.name == bus.name && b.gain_db == bus.gain_db && b.output == bus.output;
    });
    if (same != buses.end()) return static_cast<std::uint16_t>(same - buses.begin());
    bus.name = names.free_name(bus.name, rig);
    buses.push_back(std::move(bus));
    return static_cast<std::uint16_t>(buses.size() - 1);
}

}  // namespace

Rig merged(const std::vector<Rig>& rigs) {
    Rig all;
    Names instruments, bus_names;
    all.buses.clear();
    all.master_gain_db = rigs.at(0).master_gain_db;
    for (const auto& rig : rigs) {
        const auto number = static_cast<std::uint16_t>(all.set.size());
        const auto first = static_cast<std::uint16_t>(all.instruments.size());
        all.set.push_back(rig.name);
        std::vector<std::uint16_t> buses;
        for (auto bus : rig.buses) {
            bus.gain_db += rig.master_gain_db - all.master_gain_db;
            buses.push_back(add_bus(all.buses, bus_names, std::move(bus), rig.name));
        }
        for (auto instrument : rig.instruments) {
            instrument.rig = number;
            for (auto& group : instrument.choke)
                if (group != 0) group = static_cast<std::uint8_t>(group + all.choke_groups.size());
            instrument.bus = buses[instrument.bus];
            instrument.name = instruments.free_name(instrument.name, rig.name);
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
