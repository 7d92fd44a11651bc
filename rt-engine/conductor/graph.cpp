#include "rt-engine/conductor/graph.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "shared/bad_input.h"
#include "shared/rig/rig_limits.h"

namespace forerun {
namespace {

template <std::size_t size>
void set_name(char (&to)[size], const std::string& from) {
    std::memset(to, 0, size);
    std::memcpy(to, from.data(), std::min(from.size(), size - 1));
}

}  // namespace

void describe_graph(SharedState& state, const Rig& rig) {
    auto& header = state.header();
    check_limits(rig, {header.instruments, header.buses, header.parameters, header.voice_parameters}, "rig");

    std::uint32_t next = 0;
    for (std::uint32_t n = 0; n < rig.instruments.size(); ++n) {
        const auto& instrument = rig.instruments[n];
        auto& node = state.node(n);
        set_name(node.name, instrument.name);
        node.first_parameter = next;
        node.parameter_count = static_cast<std::uint32_t>(instrument.parameters.size());
        for (const auto& p : instrument.parameters) {
            auto& entry = state.parameter(next++);
            set_name(entry.name, p.name);
            set_name(entry.unit, p.unit);
            entry.node = static_cast<std::uint16_t>(n);
            entry.logarithmic = p.logarithmic;
            entry.minimum = p.minimum;
            entry.maximum = p.maximum;
            entry.default_value = p.default_value;
            entry.value.store(p.value, std::memory_order_relaxed);
        }
    }
    // Release: pairs with find_parameter's acquire.
    header.parameter_count.store(next, std::memory_order_release);
    header.instrument_count.store(static_cast<std::uint32_t>(rig.instruments.size()), std::memory_order_release);
    header.graph_version.fetch_add(1, std::memory_order_release);
}

void require_outputs(const Rig& rig, std::uint32_t channels) {
    for (const auto& bus : rig.buses)
        if (bus.output + 2 > std::max(channels, 2u))
            throw BadInput(std::string("bus \"") + bus.name +
                           "\" of the rig has output = " + std::to_string(bus.output + 1) + ", which is channels " +
                           std::to_string(bus.output + 1) + " and " + std::to_string(bus.output + 2) + ", but there " +
                           (channels == 1 ? "is one channel" : "are " + std::to_string(channels)) +
                           "; play it on more channels, or give the bus another output");
}

}  // namespace forerun
