// forerun devices: lists audio devices and MIDI ports.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "rt-engine/audio-io/open_device.h"
#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_driver.h"
#include "shared/bad_input.h"
#include "tools/commands/commands.h"
#include "tools/commands/midi_list.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

// What --device takes for it.
std::string number_of(const DeviceDescription& device) {
    return device.index < 0 ? "-" : fmt::format("{}", device.index);
}

std::string rates_of(const DeviceDescription& device) {
    std::string text;
    for (const double rate : device.rates_hz) text += fmt::format("{}{:g}", text.empty() ? "" : ", ", rate / 1000);
    return text.empty() ? fmt::format("{:g} kHz as its default", device.default_rate_hz / 1000) : text + " kHz";
}

void print_midi_systems() {
    // Drivers want an engine to stamp events by; nothing is played.
    Engine engine(Configuration{.depth_frames = 4096, .voices = 1, .reserve_voices = 1});
    std::vector<std::unique_ptr<MidiDriver>> drivers;
    const auto systems_of_this_build = midi_driver_names();
    for (const auto& name : systems_of_this_build) {
        if (name == "rtmidi-jack" && systems_of_this_build.front() == "jack") continue;  // the same ports again
        if (auto driver = open_midi_driver(name, engine)) drivers.push_back(std::move(driver));
    }
    print_midi_ports(drivers);
}

int print_devices() {
    const auto list = list_devices();
    std::string apis;
    for (const auto& api : list.host_apis) apis += (apis.empty() ? "" : ", ") + api;
    print_line("host APIs: {}", apis.empty() ? "none" : apis);
    if (std::ranges::none_of(list.devices, [](const auto& d) { return d.output_channels > 0; }))
        print_line("no output device");
    for (const auto& d : list.devices) {
        if (!d.remark.empty()) print_line("{:>3}  {}: {}", number_of(d), d.name, d.remark);
        if (d.output_channels == 0) continue;
        print_line("{:>3}  {} ({}): {} channels out, {} in, {}{}", number_of(d), d.name, d.host_api, d.output_channels,
                   d.input_channels, rates_of(d),
                   d.is_default            ? ", the default"
                   : d.is_host_api_default ? ", default of its host API"
                                           : "");
    }
    print_midi_systems();
    return exit_fine;
}

// Opens the default and listens to it ask for sound: a device that is only listed is no answer.
int default_device_works() {
    try {
        open_device({});
        return exit_fine;
    } catch (const BadInput&) {
        return exit_failed;
    }
}

}  // namespace

void add_devices(CLI::App& program, Run& run) {
    auto* command =
        program.add_subcommand("devices", "Sound devices and MIDI ports: rates, systems, and which is the default");
    auto quiet = std::make_shared<bool>(false);
    command->add_flag("--quiet", *quiet, "Print nothing: exit 0 when the default device works, else 1")
        ->disable_flag_override();
    command->callback([&run, quiet] { run = [quiet] { return *quiet ? default_device_works() : print_devices(); }; });
}

}  // namespace forerun
