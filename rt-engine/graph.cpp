#include "rt-engine/graph.h"

#include <cstring>
#include <string>

#include "shared/bad_input.h"

namespace forerun {
namespace {

template <std::size_t size>
void set_name(char (&to)[size], const std::string& from) {
    std::memset(to, 0, size);
    std::memcpy(to, from.data(), std::min(from.size(), size - 1));
}

void check(std::size_t count, std::uint32_t room, const char* what) {
    if (count > room)
        throw BadInput(std::string("rig: ") + std::to_string(count) + " " + what + " are more than the " +
                       std::to_string(room) + " this engine was made for");
}

}  // namespace

void describe_graph(SharedState& state, const Rig& rig) {
    auto& header = state.header();
    std::size_t parameters = 0;
    for (const auto& instrument : rig.instruments) {
        check(instrument.parameters.size(), header.voice_parameters, "parameters of one voice");
        parameters += instrument.parameters.size();
    }
    check(rig.instruments.size(), header.instruments, "instruments");
    check(rig.buses.size(), header.buses, "buses");
    check(parameters, header.parameters, "parameters");

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

}  // namespace forerun
