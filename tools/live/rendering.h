// One offline rendering: events in, a sound file out, and its report.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_player.h"
#include "rt-engine/notifications.h"
#include "tools/live/progress_bar.h"
#include "tools/recording/stem_recorder.h"
#include "tools/recording/trimmed_writer.h"
#include "tools/report/fill_sampler.h"
#include "tools/report/problems.h"
#include "tools/report/run_report.h"

namespace forerun {

// Where the file ends. Without an exact end it ends with the last sound, at the latest at `frame`.
struct RenderEnd {
    std::int64_t frame = 0;
    bool exact = false;
};

class Rendering {
public:
    // The engine is started and offline; the player's piece begins at frame 0. `name` is what messages call the piece.
    // `stems` may be null.
    Rendering(Engine& engine, MidiPlayer& player, SoundFile& file, StemRecorder* stems, RenderEnd end,
              std::string name);

    enum class Ended { complete, cut, interrupted };  // cut: voices still sounded at the latest end
    // Throws BadInput (more events at one moment than the engine takes) or std::runtime_error (a full disk, say).
    Ended run();

    void describe(RunReport& report) const;
    const Problems& problems() const { return problems_; }
    float peak() const { return writer_.peak(); }

private:
    void hand_events_on(std::int64_t frames);
    void write_stems();
    void look_around();

    Engine& engine_;
    MidiPlayer& player_;
    TrimmedWriter writer_;
    StemRecorder* stems_;
    RenderEnd end_;
    std::string name_;
    double rate_hz_;
    std::int64_t frame_ = 0;
    NotificationReader news_{engine_};
    FillSampler fills_;
    Problems problems_;
    ProgressBar bar_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    double next_look_seconds_ = 0;
};

}  // namespace forerun
