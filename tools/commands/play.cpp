// forerun play: a piece, a voice, a MIDI keyboard or the computer's, in real time.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

#include "rt-engine/audio-io/open_device.h"
#include "shared/bad_input.h"
#include "shared/version.h"
#include "tools/commands/commands.h"
#include "tools/live/music_options.h"
#include "tools/live/music_source.h"
#include "tools/live/output_device.h"
#include "tools/live/performance.h"
#include "tools/live/stage_control.h"
#include "tools/live/stage_file.h"
#include "tools/options/engine_options.h"
#include "tools/options/memory_need.h"
#include "tools/options/midi_options.h"
#include "tools/options/recording_options.h"
#include "tools/options/rewind_options.h"
#include "tools/process/stop_signal.h"
#include "tools/recording/output_file.h"
#include "tools/recording/recordings.h"
#include "tools/report/error_line.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

constexpr double seconds_before_the_piece = 0.25;  // silence in which the first notes are rendered ahead

struct PlayOptions {
    EngineOptions engine;
    std::string input;
    std::string device;
    std::string host_api;
    std::string preset;
    bool keys = false;
    double seconds = 0;
    MusicOptions music;
    RecordingOptions recording;
    RewindOptions rewind;
    MidiOptions midi;
    bool listens = false;  // to MIDI
};

// Nothing but `play`: on whatever there is.
void choose_defaults(PlayOptions& o) {
    const bool alone = o.input.empty() && !o.keys;
    o.listens = wants_midi(o.midi, alone);
    if (alone && o.listens) o.keys = stdin_is_terminal();
}

void check(const PlayOptions& o) {
    if (o.input.empty() && !o.keys && !o.listens)
        throw BadInput("nothing to play: give a MIDI file or a script (.lua), or --midi or --keys to play yourself");
    if (o.keys && !stdin_is_terminal())
        throw BadInput("--keys: standard input is not a terminal; run it in one, without a redirection");
    check(DeviceRequest{.device = o.device, .host_api = o.host_api});
    check(o.recording);
}

// Every file of the command but stems, which are known when the rig is.
std::vector<NamedFile> check_outputs(const PlayOptions& o, const MusicSource& source) {
    auto outputs = require_recordings(o.recording);
    std::vector<NamedFile> inputs;
    if (!o.input.empty()) inputs.push_back({"the input", o.input});
    inputs.push_back({"the script", source.script});
    if (!o.engine.json.empty()) {
        outputs.push_back({"--json", o.engine.json});
        require_text_output(outputs.back());
    }
    require_different(outputs, inputs);
    outputs.insert(outputs.end(), inputs.begin(), inputs.end());
    return outputs;
}

Configuration configuration_for(const PlayOptions& o, const Device& device) {
    auto c = fitted_to(device, configuration_of(o.engine));
    apply(o.rewind, c);
    return c;
}

// A rig that plays on more channels than the device was opened with.
void open_again(OpenedDevice& opened, DeviceRequest request, const Engine& engine) {
    const auto& c = engine.configuration();
    if (!opened.remark.empty()) request.device = "clock";
    request.channels = c.channels;
    opened.device.reset();
    try {
        opened.device = open_device(request);
    } catch (const BadInput& error) {
        throw BadInput(fmt::format("the rig's buses play on {} channels: {}", c.channels, error.what()));
    }
    if (opened.device->rate_hz() != c.rate_hz)
        throw BadInput(fmt::format("{} has another rate with {} channels; give it with --rate", opened.device->name(),
                                   c.channels));
}

SteadyOutput::Fit fit_of(const Configuration& c) {
    return {.rate_hz = c.rate_hz,
            .block_frames = c.block_frames,
            .max_block_frames = c.max_block_frames,
            .channels = c.channels};
}

void print_start(const PlayOptions& o, const Engine& engine, const Device& device) {
    const auto& c = engine.configuration();
    const auto milliseconds = [&](std::int64_t frames) { return 1e3 * static_cast<double>(frames) / c.rate_hz; };
    const double latency = 1e3 * device.latency_seconds();
    const double block = milliseconds(c.block_frames), delay = milliseconds(c.event_delay_frames);
    print_line("device     {}, {:.0f} Hz, blocks of {} frames", device.name(), c.rate_hz, c.block_frames);
    print_line(
        "latency    device {:.1f} ms + block {:.1f} ms + event delay {:.1f} ms = {:.1f} ms from a key to its sound",
        latency, block, delay, latency + block + delay);
    print_line("ahead      {:.0f} ms are rendered ahead, by {} {}", milliseconds(c.depth_frames), c.workers,
               c.workers == 1 ? "worker" : "workers");
    if (device.channels() > 2)
        print_line(
            "outputs    {}{}", device.channels(),
            device.connected_channels() < device.channels()
                ? fmt::format(", of which {} are connected; connect the others by hand", device.connected_channels())
                : "");
    for (const auto& name : {o.recording.master, o.recording.stems, o.recording.midi})
        if (!name.empty()) print_line("recording  {}", name);
    std::fflush(stdout);
}

int play(PlayOptions o) {
    ignore_broken_pipes();
    choose_defaults(o);
    check(o);
    const auto requests = o.listens ? midi_port_requests(o.midi) : MidiPortRequests();
    auto source = open_music_source(o.input, o.engine.rig);
    shape(source, o.music, o.seconds);
    const auto files = check_outputs(o, source);
    const DeviceRequest request{.device = o.device,
                                .host_api = o.host_api,
                                .rate_hz = static_cast<double>(o.engine.rate_hz),
                                .block_frames = o.engine.block,
                                .channels = Configuration{}.channels};
    auto opened = open_output_device(request);
    const auto configuration = configuration_for(o, *opened.device);
    require_memory(configuration);
    const auto loaded = loaded_engine(configuration, source);
    Engine& engine = *loaded;
    if (engine.configuration().channels > configuration.channels) open_again(opened, request, engine);
    const auto device_name = opened.device->name();
    StageFile stage_file(StageFile::place_for(source.script));
    engine.add_to_rig(stage_file.learned(engine.rig()), stage_file.presets(engine.rig()));
    for (const auto& remark : stage_file.take_remarks()) print_error(remark);
    Recordings recordings(o.recording, engine, files);
    if (!opened.remark.empty()) print_error(opened.remark);
    // Live playing replaces the phrase; a MIDI file plays along.
    const bool live = o.keys || o.listens;
    std::optional<MidiInputs> midi;
    if (o.listens) midi.emplace(engine, requests);
    std::optional<MidiPlayer> player;
    if (!live || !o.music.notes.empty() || (!source.is_script && !o.input.empty()))
        player.emplace(source.music, engine.make_producer(), configuration.rate_hz,
                       std::llround(seconds_before_the_piece * configuration.rate_hz));
    if (player) player->advance_to(0);
    engine.start();
    Commands commands(engine);
    StageControl stage(engine, commands, stage_file);
    if (!o.preset.empty()) stage.recall(o.preset);
    recordings.begin();
    print_start(o, engine, *opened.device);

    RunReport report;
    // This and the MIDI inputs are closed last, when all is written: a JACK server that hangs holds up who leaves it.
    SteadyOutput output(std::move(opened.device), fit_of(engine.configuration()));
    {
        Performance performance({.engine = engine,
                                 .commands = commands,
                                 .output = output,
                                 .recordings = recordings,
                                 .player = player ? &*player : nullptr,
                                 .keys = o.keys,
                                 .stage = stdin_is_terminal() ? &stage : nullptr,
                                 .midi = midi ? &*midi : nullptr,
                                 .seconds = o.seconds});
        const auto begin = std::chrono::steady_clock::now();
        performance.run();
        report.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        performance.describe(report);
    }
    if (midi) report.midi_ports = midi->ports();
    engine.stop();
    recordings.finish();
    recordings.describe(report);
    const auto failures = recordings.take_failures();
    report.program_version = FORERUN_VERSION;
    report.source = source.name;
    report.output = device_name;
    report.script_runtime = engine.script_runtime_description();
    report.process_cpu_seconds = process_cpu_seconds();
    collect(report, engine.state(), engine.configuration(), engine.rig());
    print_lines("\n" + text_of(report));
    std::fflush(stdout);
    for (const auto& failure : failures) print_error(failure);
    if (!o.engine.json.empty()) write_text({"--json", o.engine.json}, json_of(report));
    return failures.empty() && report.problems.empty() ? exit_fine : exit_failed;
}

constexpr const char* keys_help =
    "The computer's keyboard is a piano: a to ; are the white keys from C, the row above has the black ones. z x "
    "change the "
    "octave, c v the velocity, space turns sustain on and off, q or Esc ends, ? names the other keys. A terminal "
    "does not "
    "tell when a key is let go: a note lasts while the key repeats, at least 0.65 s";

}  // namespace

void add_play(CLI::App& program, Run& run) {
    auto* command =
        program.add_subcommand("play", "Play a MIDI file, a voice, a MIDI keyboard or the computer's in real time");
    auto o = std::make_shared<PlayOptions>();
    command
        ->add_option("input", o->input, "A MIDI file, or a voice or rig (.lua), which plays a phrase or what you play")
        ->check(not_empty());
    command->add_flag("--keys", o->keys, keys_help)->disable_flag_override();
    add_midi_options(*command, o->midi);
    command->add_option("--device", o->device, "Number, name or part of it (see forerun devices), or 'clock' for none")
        ->check(not_empty());
    command->add_option("--host-api", o->host_api, "Only this audio system, such as alsa or jack")->check(not_empty());
    add_engine_options(*command, o->engine);
    add_music_options(*command, o->music);
    add_recording_options(*command, o->recording);
    command->add_option("--preset", o->preset, "Begin with this preset, of the rig or one that was kept")
        ->check(not_empty());
    command->add_option("--seconds", o->seconds, "End after so many seconds")->check(between(0.001, 86400.0));
    add_rewind_options(*command, o->rewind);
    command->callback([&run, o] { run = [o] { return play(*o); }; });
}

}  // namespace forerun
