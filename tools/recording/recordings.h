// All recordings of a performance: the output, a stem per instrument, the live events, the session log.
//
//   Recordings recordings(options, engine, others);   // before engine.start(): checks that all can be written
//   engine.start();
//   recordings.begin();                               // creates the files
//   recordings.push_rt(out, frames);                  // in the audio callback, after engine.process
//   engine.stop(); recordings.finish(); recordings.describe(report);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/threads/nonblocking.h"
#include "tools/options/recording_options.h"
#include "tools/recording/midi_recorder.h"
#include "tools/recording/recorder.h"
#include "tools/recording/stem_recorder.h"
#include "tools/report/run_report.h"

namespace forerun {

class Recordings {
public:
    // The engine is loaded and not started. `others`: the command's other files, which no stem may overwrite. Throws
    // BadInput. [owner]
    Recordings(const RecordingOptions& options, Engine& engine, const std::vector<NamedFile>& others,
               StemRecorder::How how = StemRecorder::How::played);

    ~Recordings();
    Recordings(const Recordings&) = delete;
    Recordings& operator=(const Recordings&) = delete;

    // Creates the files. Existing ones are replaced by finish(). Throws BadInput. [owner]
    void begin();

    // [audio thread] The output.
    void push_rt(const float* samples, std::int64_t frames) noexcept FORERUN_NONBLOCKING {
        if (master_) master_->push_rt(samples, frames);
    }

    // After begin(); null without stems. [owner]
    StemRecorder* stems() { return stems_ ? &*stems_ : nullptr; }

    // Writes the rest. The engine must be stopped. Idempotent. [owner]
    void finish();

    // Why recordings stopped early: every reason once. [owner]
    std::vector<std::string> take_failures();

    // After finish(). [owner]
    void describe(RunReport& report) const;

private:
    void finish_log();
    void require_stem_files(const std::vector<NamedFile>& others) const;

    const RecordingOptions options_;
    Engine& engine_;
    const StemRecorder::How how_;
    std::vector<std::filesystem::path> stem_paths_;
    std::shared_ptr<StemRing> stem_ring_;
    std::optional<Recorder> master_;
    std::optional<StemRecorder> stems_;
    std::optional<MidiRecorder> midi_;
    std::optional<OutputFile> log_;
    std::string log_failure_;
    bool made_folder_ = false;
    bool finished_ = false;
};

}  // namespace forerun
