// forerun replay: a recorded session into a sound file, bit by bit as it was heard.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "rt-engine/session/session_replay.h"
#include "shared/bad_input.h"
#include "tools/commands/commands.h"
#include "tools/commands/log_list.h"
#include "tools/live/progress_bar.h"
#include "tools/options/memory_need.h"
#include "tools/options/option_range.h"
#include "tools/process/stop_signal.h"
#include "tools/process/temporary_folder.h"
#include "tools/recording/output_file.h"
#include "tools/recording/sound_file.h"
#include "tools/report/error_line.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

struct ReplayOptions {
    std::string input;
    std::string output;
    bool want_float = false;
    bool want_pcm24 = false;
    bool list = false;
    bool trust = false;
};

void print_summary(const ReplayOptions& o, const SessionLogFile& log, const SessionReplay& replay,
                   std::int64_t frames) {
    const auto& session = replay.session();
    const auto& c = log.header.configuration;
    print_line("session     {}, {}, {:.0f} Hz, Forerun {}", log.header.began_at, log.header.source.string(), c.rate_hz,
               log.header.version);
    print_line("replayed    {:.3f} s, {} events, {} notes", static_cast<double>(frames) / c.rate_hz, session.events,
               session.voices.size());
    print_line("late        {} events applied by a crossfade, at most {} frames after their time",
               session.late_switches, session.most_late_frames);
    print_line("underruns   {} after which a voice came back", session.underruns);
    print_line("written     {}", o.output);
    std::fflush(stdout);
}

int list(const ReplayOptions& o) {
    const auto log = SessionLogFile::read(o.input);
    for (const auto& record : log.records)
        if (record.kind != LogKind::mark) print_line("{}", text_of(record));
    return exit_fine;
}

int replay(const ReplayOptions& o) {
    if (o.list) return list(o);
    if (o.output.empty()) throw BadInput("-o is missing: name the sound file (.wav or .flac), or give --list");
    const auto format = sound_file_format(o.output, "-o", o.want_float, o.want_pcm24);
    require_sound_output({"-o", o.output});
    require_different({{"-o", o.output}}, {{"the log", o.input}});
    const auto log = SessionLogFile::read(o.input);
    require_memory(log.header.configuration);
    const TemporaryFolder folder;
    SessionReplay session(log, folder.path(), ReplayKind::as_heard, o.trust);
    const auto& c = session.configuration();
    for (const auto& difference : session.differences())
        print_error(fmt::format("{}: {}; the bits may differ from what was heard", o.input, difference));

    OutputFile output({"-o", o.output}, OutputFile::Until::whole);
    SoundFile file(output.path(), format, static_cast<int>(std::lround(c.rate_hz)), c.channels, o.output);
    std::vector<float> block(static_cast<std::size_t>(c.max_block_frames) * c.channels);
    std::int64_t done = 0;
    ProgressBar bar;
    const auto length = log.records.empty() ? 0.0 : static_cast<double>(log.records.back().frame) / c.rate_hz;
    const auto begin = std::chrono::steady_clock::now();
    while (const auto frames = session.render(block.data())) {
        if (stop_requested()) {
            print_error(fmt::format("stopped; {} was not written", o.output));
            return exit_interrupted;
        }
        if (!file.write(block.data(), frames))
            throw std::runtime_error(o.output + " cannot be written " + file.error());
        done += frames;
        bar.show(static_cast<double>(done) / c.rate_hz, length,
                 std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    if (!file.close()) throw std::runtime_error(o.output + " cannot be written " + file.error());
    output.keep();
    bar.end();
    print_summary(o, log, session, done);
    if (session.session().lost) {
        print_error(fmt::format("{}: lost reports at {:.3f} s, when a queue was full; {} ends there", o.input,
                                static_cast<double>(done) / c.rate_hz, o.output));
        return exit_failed;
    }
    if (log.cut_at_byte) {
        print_error(fmt::format("{}: was cut at byte {}; {} ends there, at {:.3f} s", o.input, *log.cut_at_byte,
                                o.output, static_cast<double>(done) / c.rate_hz));
        return exit_failed;
    }
    return exit_fine;
}

}  // namespace

void add_replay(CLI::App& program, Run& run) {
    auto* command = program.add_subcommand("replay", "Render a session log (play --log) as it was heard, to the bit");
    auto o = std::make_shared<ReplayOptions>();
    command->add_option("log", o->input, "A session log (.frlog)")->required()->check(not_empty());
    command->add_option("-o,--output", o->output, std::string("The sound file: ") + sound_file_endings)
        ->check(not_empty());
    command->add_flag("--list", o->list, "Print the records of the log instead, one per line")->disable_flag_override();
    command
        ->add_flag("--trust", o->trust,
                   "The log's scripts get the whole language, if they had it: only for logs of your own")
        ->disable_flag_override();
    auto* pcm =
        command->add_flag("--pcm24", o->want_pcm24, "24-bit samples (always so in FLAC)")->disable_flag_override();
    command->add_flag("--float", o->want_float, "Float samples (the default in WAV)")
        ->disable_flag_override()
        ->excludes(pcm);
    command->callback([&run, o] { run = [o] { return replay(*o); }; });
}

}  // namespace forerun
