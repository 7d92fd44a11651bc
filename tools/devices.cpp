// forerun devices: what there is to play on.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "rt-engine/portaudio_device.h"
#include "shared/bad_input.h"
#include "tools/commands.h"

namespace forerun {

namespace {

std::string rates_of(const DeviceDescription& device) {
    std::string text;
    for (const double rate : device.rates_hz) text += fmt::format("{}{:g}", text.empty() ? "" : ", ", rate / 1000);
    return text.empty() ? fmt::format("{:g} kHz by itself", device.default_rate_hz / 1000) : text + " kHz";
}

int list_devices() {
    const auto list = list_portaudio_devices();
    std::string apis;
    for (const auto& api : list.host_apis) apis += (apis.empty() ? "" : ", ") + api;
    fmt::print("host APIs: {}\n", apis.empty() ? "none" : apis);
    bool any = false;
    for (const auto& d : list.devices) {
        if (d.output_channels == 0) continue;
        any = true;
        fmt::print("{:>3}  {} ({}): {} channels out, {} in, {}{}\n", d.index, d.name, d.host_api, d.output_channels,
                   d.input_channels, rates_of(d),
                   d.is_default            ? ", the default"
                   : d.is_host_api_default ? ", default of its host API"
                                           : "");
    }
    if (!any) fmt::print("no output device\n");
    fmt::print("  -  clock: paced by the clock, heard by nobody; always there\n");
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
    auto* command = program.add_subcommand("devices", "Sound devices, their rates, and which is the default");
    auto quiet = std::make_shared<bool>(false);
    command->add_flag("--quiet", *quiet, "Print nothing: exit 0 when the default device works, else 1")
        ->disable_flag_override();
    command->callback([&run, quiet] { run = [quiet] { return *quiet ? default_device_works() : list_devices(); }; });
}

}  // namespace forerun
