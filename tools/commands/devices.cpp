// forerun devices: what there is to play on, and with.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "rt-engine/audio-io/portaudio_device.h"
#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_driver.h"
#include "shared/bad_input.h"
#include "tools/commands/commands.h"
#include "tools/commands/midi_list.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

std::string rates_of(const DeviceDescription& device) {
    std::string text;
    for (const double rate : device.rates_hz) text += fmt::format("{}{:g}", text.empty() ? "" : ", ", rate / 1000);
    return text.empty() ? fmt::format("{:g} kHz as its default", device.default_rate_hz / 1000) : text + " kHz";
}

void list_midi_ports() {
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

int list_devices() {
    const auto list = list_portaudio_devices();
    std::string apis;
    for (const auto& api : list.host_apis) apis += (apis.empty() ? "" : ", ") + api;
    print_line("host APIs: {}", apis.empty() ? "none" : apis);
    bool any = false;
    for (const auto& d : list.devices) {
        if (d.output_channels == 0) continue;
        any = true;
        print_line("{:>3}  {} ({}): {} channels out, {} in, {}{}", d.index, d.name, d.host_api, d.output_channels,
                   d.input_channels, rates_of(d),
                   d.is_default            ? ", the default"
                   : d.is_host_api_default ? ", default of its host API"
                                           : "");
    }
    if (!any) print_line("no output device");
    print_line("  -  clock: makes no sound, paced by the system clock; always there");
    list_midi_ports();
    return exit_fine;
}

// Opens the default and listens to it ask for sound: a device that is only listed is no answer.
int default_device_works() {
    try {
        open_portaudio_device({});
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
    command->callback([&run, quiet] { run = [quiet] { return *quiet ? default_device_works() : list_devices(); }; });
}

}  // namespace forerun
