// forerun render: a piece into a sound file, as fast as the workers can.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "shared/bad_input.h"
#include "shared/rig/gains.h"
#include "shared/version.h"
#include "tools/commands/commands.h"
#include "tools/live/music_options.h"
#include "tools/live/music_source.h"
#include "tools/live/rendering.h"
#include "tools/options/engine_options.h"
#include "tools/options/memory_need.h"
#include "tools/recording/output_file.h"
#include "tools/recording/recordings.h"
#include "tools/recording/scaled_copy.h"
#include "tools/report/error_line.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

constexpr double usual_peak_db = -1;  // of --normalize

// While the peak is looked for: nothing that voices may make together reaches the limiter.
constexpr double room_below_the_limiter_db = -48;

struct RenderOptions {
    EngineOptions engine;
    std::string input;
    std::string output;
    double seconds = 0;  // 0: until the piece has rung out
    double tail = -1;    // −1: until the piece has rung out
    bool want_float = false;
    bool want_pcm24 = false;
    double gain_db = 0;
    bool normalize = false;
    double normalized_peak_db = usual_peak_db;
    MusicOptions music;
    RecordingOptions recording;  // of stems alone
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
    const auto lines = rendering.problems().shown();
    if (lines.empty()) return exit_fine;
    if (lines.size() == 1) {
        print_error(fmt::format("{}; the rest of {} is complete", lines.front(), o.output));
    } else {
        print_error(fmt::format("{} is complete, but scripts failed while it played:", o.output));
        for (const auto& line : lines) print_error(line);
    }
    return exit_failed;
}

// Every file of the command but stems, which are known when the rig is.
std::vector<NamedFile> check_outputs(const RenderOptions& o, const MusicSource& source) {
    std::vector<NamedFile> outputs = {{"-o", o.output}};
    require_sound_output(outputs.front());
    require_recordings(o.recording);
    if (!o.engine.json.empty()) {
        outputs.push_back({"--json", o.engine.json});
        require_text_output(outputs.back());
    }
    const std::vector<NamedFile> inputs = {{"the input", o.input}, {"the script", source.script}};
    require_different(outputs, inputs);
    outputs.insert(outputs.end(), inputs.begin(), inputs.end());
    return outputs;
}

MusicSource source_of(const RenderOptions& o) {
    if (o.music.loop && o.seconds <= 0) throw BadInput("--loop: has no end; say with --seconds how long it is");
    auto source = open_music_source(o.input, o.engine.rig);
    shape(source, o.music, o.seconds);
    return source;
}

// What the piece is rendered into: the file itself, or floats beside it, whose peak is not known yet.
class RenderedFile {
public:
    RenderedFile(const RenderOptions& o, SoundFileFormat format, int rate_hz, std::uint32_t channels)
        : output_({"-o", o.output}, OutputFile::Until::whole),
          file_(output_.path(), format, rate_hz, channels, o.output),
          channels_(channels) {
        if (!o.normalize) return;
        floats_.emplace(NamedFile{"-o", o.output}, OutputFile::Until::whole);
        float_file_.emplace(floats_->path(), SoundFileFormat{SoundFileKind::rf64, SampleFormat::float32}, rate_hz,
                            channels, o.output);
    }

    SoundFile& file() { return float_file_ ? *float_file_ : file_; }

    // When all is rendered. False when the program was asked to stop. Throws std::runtime_error.
    bool keep(float gain) {
        finish(file());
        if (float_file_ && !copy_scaled(floats_->path(), channels_, gain, file_)) return false;
        finish(file_);
        output_.keep();
        return true;
    }

private:
    static void finish(SoundFile& file) {
        if (!file.close()) throw std::runtime_error(file.name() + " cannot be written " + file.error());
    }

    OutputFile output_;
    SoundFile file_;
    std::uint32_t channels_;
    std::optional<OutputFile> floats_;
    std::optional<SoundFile> float_file_;
};

// Before the limiter, with the rig's own master gain.
void change_gain(Engine& engine, double db) {
    if (db == 0) return;
    auto rig = engine.rig();
    rig.master_gain_db += db;
    engine.load(rig);
}

int render(const RenderOptions& o) {
    const auto format = sound_file_format(o.output, "-o", o.want_float, o.want_pcm24);
    const auto source = source_of(o);
    const auto files = check_outputs(o, source);

    auto configuration = configuration_of(o.engine);
    configuration.offline = true;
    require_memory(configuration);
    const auto loaded = loaded_engine(configuration, source);
    Engine& engine = *loaded;
    change_gain(engine, o.normalize ? room_below_the_limiter_db : o.gain_db);
    Recordings recordings(o.recording, engine, files, StemRecorder::How::rendered);
    MidiPlayer player(source.music, engine.make_producer(), configuration.rate_hz, 0);
    engine.start();

    const auto rate_hz = static_cast<int>(configuration.rate_hz);
    const auto channels = engine.configuration().channels;
    const auto end = end_of(o, configuration.rate_hz, player.end_frame());
    require_room({"-o", o.output}, format, rate_hz, channels, end.exact ? end.frame : player.end_frame());
    RenderedFile rendered(o, format, rate_hz, channels);
    recordings.begin();
    RunReport report;
    const auto begin = std::chrono::steady_clock::now();
    Rendering rendering(engine, player, rendered.file(), recordings.stems(), end, o.input);
    const auto ended = rendering.run();
    const auto peak = static_cast<double>(rendering.peak());
    const double gain = o.normalize && peak > 0 ? linear_gain(o.normalized_peak_db) / peak : 1;
    if (ended == Rendering::Ended::interrupted || !rendered.keep(static_cast<float>(gain))) {
        print_error(fmt::format("stopped; {} was not written", o.output));
        return exit_interrupted;
    }
    recordings.finish();
    for (const auto& failure : recordings.take_failures()) throw std::runtime_error(failure);
    report.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

    report.program_version = FORERUN_VERSION;
    report.source = source.name;
    report.output = o.output;
    report.script_runtime = engine.script_runtime_description();
    report.process_cpu_seconds = process_cpu_seconds();
    rendering.describe(report);
    report.peak *= gain;
    if (o.normalize && peak > 0) report.normalized_by_db = 20 * std::log10(gain) + room_below_the_limiter_db;
    recordings.describe(report);
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
    command->add_option("-o,--output", o->output, std::string("The sound file: ") + sound_file_endings)
        ->required()
        ->check(not_empty());
    add_engine_options(*command, o->engine);
    auto* seconds = command->add_option("--seconds", o->seconds, "Write exactly so many seconds, whatever still sounds")
                        ->check(between(0.001, 86400.0));
    command
        ->add_option("--tail", o->tail,
                     "End so many seconds after the piece (default: when it has rung out, at most 30)")
        ->check(between(0.0, 3600.0))
        ->excludes(seconds);
    auto* gain = command->add_option("--gain", o->gain_db, "Louder or softer by so many dB, before the limiter")
                     ->check(between(-60.0, 40.0));
    auto* normalize =
        command
            ->add_option("--normalize", o->normalized_peak_db,
                         "Set the peak to so many dB (default -1), without the limiter; the piece is rendered into a "
                         "second file beside it first")
            ->expected(0, 1)
            ->default_str(fmt::format("{}", usual_peak_db))
            ->check(between(-60.0, 0.0))
            ->excludes(gain);
    add_music_options(*command, o->music);
    add_stem_options(*command, o->recording);
    auto* pcm =
        command->add_flag("--pcm24", o->want_pcm24, "24-bit samples (always so in FLAC)")->disable_flag_override();
    command->add_flag("--float", o->want_float, "Float samples (the default in WAV)")
        ->disable_flag_override()
        ->excludes(pcm);
    command->callback([&run, o, normalize] {
        o->normalize = normalize->count() > 0;
        o->recording.want_pcm24 = o->want_pcm24;
        run = [o] { return render(*o); };
    });
}

}  // namespace forerun
