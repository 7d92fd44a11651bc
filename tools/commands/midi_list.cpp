#include "tools/commands/midi_list.h"

#include <string>
#include <utility>

#include "tools/report/print_line.h"

namespace forerun {

void print_midi_ports(const std::vector<std::unique_ptr<MidiDriver>>& drivers) {
    std::string systems;
    std::vector<std::pair<std::string, std::string>> all;  // port, system
    for (const auto& driver : drivers) {
        systems += (systems.empty() ? "" : ", ") + driver->name();
        for (const auto& port : driver->ports()) all.emplace_back(port, driver->name());
    }
    print_line("MIDI: {}", systems.empty() ? "none; neither JACK nor the ALSA sequencer is running" : systems);
    for (const auto& [port, system] : all) print_line("  {} ({})", port, system);
}

}  // namespace forerun
