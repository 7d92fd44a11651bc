// forerun check: what voices cost, and whether they can be rewound.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "shared/bad_input.h"
#include "shared/files/script_path.h"
#include "shared/script_runtime.h"
#include "shared/time/quantum.h"
#include "tools/commands/commands.h"
#include "tools/live/music_source.h"
#include "tools/options/engine_options.h"
#include "tools/process/stop_signal.h"
#include "tools/report/error_line.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

struct CheckOptions {
    std::vector<std::string> files;
    bool trust = false;
    std::string library;
};

std::filesystem::path find_voice_or_rig(const std::string& name) {
    try {
        return find_script(name, "voices", "file");
    } catch (const BadInput&) {
        return find_script(name, "rigs", "file");
    }
}

// The instruments of a rig, or the voice alone; each script once.
std::vector<InstrumentDescription> voices_of(ScriptRuntime& scripts, const std::string& name) {
    const auto file = find_voice_or_rig(name);
    if (holds_midi(file)) throw BadInput("file " + name + ": is a MIDI file; name a voice or a rig");
    const auto rig = scripts.is_rig(file) ? scripts.load_rig(file) : scripts.load_voice(file);
    std::vector<InstrumentDescription> voices;
    for (const auto& instrument : rig.instruments) {
        const auto same = [&](const auto& other) { return other.script == instrument.script; };
        if (std::none_of(voices.begin(), voices.end(), same)) voices.push_back(instrument);
    }
    return voices;
}

std::string text_of(const VoiceCheck& voice, double rate_hz) {
    const auto microseconds = [](std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e3; };
    const double quantum_seconds = static_cast<double>(quantum_frames) / rate_hz;
    const auto state = fmt::format("{:.1f} KiB of dsp state", static_cast<double>(voice.state_bytes) / 1024);
    const auto cost = fmt::format("{:.1f} µs per quantum ({:.2f} % of real time on this machine)",
                                  microseconds(voice.quantum_nanoseconds),
                                  1e-9 * static_cast<double>(voice.quantum_nanoseconds) / quantum_seconds * 100);
    std::string text;
    if (voice.fixed.empty())
        text = fmt::format("{}: rewinds; {}, checkpoint {:.1f} µs, {}\n", printable(voice.script), state,
                           microseconds(voice.checkpoint_nanoseconds), cost);
    else
        text = fmt::format("{}: events wait for the buffer: {}\n  {}, {}\n", printable(voice.script),
                           printable(voice.fixed), state, cost);
    if (voice.cut_short) text += "  not everything was tried: 10 s of CPU time were not enough\n";
    if (!voice.silenced.empty())
        text += fmt::format(
            "  {}, {:.3f} s after a note's start; they are silenced. Check divisions by 0, filter frequencies "
            "and feedback\n",
            printable(voice.silenced), static_cast<double>(voice.silenced_frame) / rate_hz);
    if (!voice.endless.empty()) text += fmt::format("  {}\n", printable(voice.endless));
    return text;
}

int check(const CheckOptions& o) {
    Configuration configuration;
    configuration.trust = o.trust;
    configuration.library = o.library;
    configuration.script_path = default_script_path();
    const auto scripts = make_script_runtime(configuration);
    scripts->report_waiting(print_error);
    int code = exit_fine;
    // One that is broken does not hide the others.
    const auto attempt = [&](const auto& function) {
        try {
            function();
        } catch (const BadInput& error) {
            print_error(error.what());
            code = exit_bad_input;
        }
    };
    for (const auto& name : o.files) {
        std::vector<InstrumentDescription> voices;
        attempt([&] { voices = voices_of(*scripts, name); });
        for (const auto& voice : voices) {
            if (stop_requested()) return exit_interrupted;
            attempt([&] {
                const auto report = scripts->check_voice(voice);
                print_lines(text_of(report, configuration.rate_hz));
                if (code == exit_fine && !(report.silenced.empty() && report.endless.empty())) code = exit_failed;
            });
            std::fflush(stdout);  // between the errors of its neighbours
        }
    }
    return code;
}

}  // namespace

void add_check(CLI::App& program, Run& run) {
    auto* command = program.add_subcommand("check", "Whether voices can be rewound, and what they cost");
    auto o = std::make_shared<CheckOptions>();
    command->add_option("file", o->files, "Voices and rigs (.lua), or their names")->required()->check(not_empty());
    command->add_flag("--trust", o->trust, "Scripts get the whole language: files, ffi, any module")
        ->disable_flag_override();
    command
        ->add_option(
            "--dsp", o->library,
            "Folder of the dsp library (it has init.lua), instead of the program's own; it runs outside the sandbox")
        ->check(not_empty());
    command->callback([&run, o] { run = [o] { return check(*o); }; });
}

}  // namespace forerun
