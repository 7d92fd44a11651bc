// forerun render: a piece into a sound file, as fast as the workers can.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "shared/version.h"
#include "tools/commands.h"
#include "tools/engine_options.h"
#include "tools/error_line.h"
#include "tools/memory_need.h"
#include "tools/music_source.h"
#include "tools/output_file.h"
#include "tools/part_file.h"
#include "tools/print_line.h"
#include "tools/rendering.h"

namespace forerun {

namespace {

struct RenderOptions {
    EngineOptions engine;
    std::string input;
    std::string output;
    double seconds = 0;  // 0: until the piece has rung out
    double tail = -1;    // −1: until the piece has rung out
    bool want_float = false;
    bool want_pcm24 = false;
};

RenderEnd end_of(const RenderOptions& o, double rate_hz, std::int64_t piece_end) {
    const auto frames = [&](double seconds) { return static_cast<std::int64_t>(std::llround(seconds * rate_hz)); };
    if (o.seconds > 0) return {std::max<std::int64_t>(1, frames(o.seconds)), true};
    if (o.tail >= 0) return {piece_end + frames(o.tail), true};
    return {piece_end + frames(longest_ringing_seconds), false};
}

int exit_code(const RenderOptions& o, const Rendering& rendering, Rendering::Ended ended) {
    if (ended == Rendering::Ended::cut)
        print_error(fmt::format("voices still sounded {:.0f} s after the end of {} and were cut; choose with --tail",
                                longest_ringing_seconds, o.input));
    const auto lines = rendering.problems().told();
    if (lines.empty()) return exit_fine;
    if (lines.size() == 1) {
        print_error(fmt::format("{}; the rest of {} is complete", lines.front(), o.output));
    } else {
        print_error(fmt::format("{} is complete, but scripts failed while it played:", o.output));
        for (const auto& line : lines) print_error(line);
    }
    return exit_failed;
}

void check_outputs(const RenderOptions& o, const MusicSource& source) {
    std::vector<NamedFile> outputs = {{"-o", o.output}};
    require_sound_output(outputs.front());
    if (!o.engine.json.empty()) {
        outputs.push_back({"--json", o.engine.json});
        require_text_output(outputs.back());
    }
    require_different(outputs, {{"the input", o.input}, {"the script", source.script}});
}

int render(const RenderOptions& o) {
    const auto format = sound_file_format(o.output, "-o", o.want_float, o.want_pcm24);
    const auto source = open_music_source(o.input, o.engine.rig);
    check_outputs(o, source);

    auto configuration = configuration_of(o.engine);
    configuration.offline = true;
    require_memory(configuration);
    const auto loaded = loaded_engine(configuration, source);
    Engine& engine = *loaded;
    MidiPlayer player(source.music, engine.make_producer(), configuration.rate_hz, 0);
    engine.start();

    PartFile part(o.output);
    SoundFile file(part.path(), format, static_cast<int>(configuration.rate_hz), engine.configuration().channels,
                   o.output);
    RunReport report;
    const auto begin = std::chrono::steady_clock::now();
    Rendering rendering(engine, player, file, end_of(o, configuration.rate_hz, player.end_frame()), o.input);
    const auto ended = rendering.run();
    report.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (ended == Rendering::Ended::interrupted) {
        print_error(fmt::format("stopped; {} was not written", o.output));
        return exit_interrupted;
    }
    if (!file.close()) throw std::runtime_error(o.output + " cannot be written " + file.error());
    part.keep();

    report.program_version = FORERUN_VERSION;
    report.source = source.name;
    report.output = o.output;
    report.script_runtime = engine.script_runtime_description();
    report.process_cpu_seconds = process_cpu_seconds();
    rendering.describe(report);
    collect(report, engine.state(), engine.configuration(), engine.rig());
    print_lines(text_of(report));
    std::fflush(stdout);
    const int code = exit_code(o, rendering, ended);
    if (!o.engine.json.empty()) write_text({"--json", o.engine.json}, json_of(report));
    return code;
}

}  // namespace

void add_render(CLI::App& program, Run& run) {
    auto* command =
        program.add_subcommand("render", "Render a MIDI file, or a phrase with one voice, into a sound file");
    auto o = std::make_shared<RenderOptions>();
    command->add_option("input", o->input, "A MIDI file, or a voice or rig (.lua), which plays a phrase")
        ->required()
        ->check(not_empty());
    command->add_option("-o,--output", o->output, "The sound file: .wav or .flac")->required()->check(not_empty());
    add_engine_options(*command, o->engine);
    auto* seconds = command->add_option("--seconds", o->seconds, "Write exactly so many seconds, whatever still sounds")
                        ->check(between(0.001, 86400.0));
    command
        ->add_option("--tail", o->tail,
                     "End so many seconds after the piece (default: when it has rung out, at most 30)")
        ->check(between(0.0, 3600.0))
        ->excludes(seconds);
    auto* pcm =
        command->add_flag("--pcm24", o->want_pcm24, "24-bit samples (always so in FLAC)")->disable_flag_override();
    command->add_flag("--float", o->want_float, "Float samples (the default in WAV)")
        ->disable_flag_override()
        ->excludes(pcm);
    command->callback([&run, o] { run = [o] { return render(*o); }; });
}

}  // namespace forerun
