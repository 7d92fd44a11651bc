// A performance in real time: the device calls the mixer, and the caller's thread does the housekeeping: events ahead of time,
// the keyboard, the picture, samples of the fills.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rt-engine/audio-io/steady_output.h"
#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_inputs.h"
#include "rt-engine/midi/midi_player.h"
#include "rt-engine/notifications.h"
#include "rt-engine/snapshot.h"
#include "tools/live/computer_keyboard.h"
#include "tools/live/instrument_meter.h"
#include "tools/live/live_picture.h"
#include "tools/live/load_meter.h"
#include "tools/live/script_watcher.h"
#include "tools/live/stage_control.h"
#include "tools/recording/recordings.h"
#include "tools/report/fill_sampler.h"
#include "tools/report/problems.h"
#include "tools/report/run_report.h"

namespace forerun {

class Performance {
public:
    struct Parts {
        Engine& engine;
        Commands& commands;
        SteadyOutput& output;
        Recordings& recordings;
        MidiPlayer* player = nullptr;   // may be absent
        bool keys = false;              // the computer's keyboard is a piano, too
        StageControl* stage = nullptr;  // what keys of the terminal control; may be absent
        MidiInputs* midi = nullptr;     // may be absent
        double seconds = 0;             // end after so long; 0: when the piece has rung out, or the user ends it
    };
    // The engine is started.
    explicit Performance(Parts parts);
    ~Performance() { parts_.output.stop(); }
    Performance(const Performance&) = delete;
    Performance& operator=(const Performance&) = delete;

    // Plays until its end, the user's end, or a stop signal. A device that stops by itself does not end it: see
    // steady_output.h.
    void run();

    void describe(RunReport& report) const;
    const Problems& problems() const { return problems_; }

private:
    static void call(void* self, const float* in, float* out, std::int64_t frames) noexcept;
    void housekeeping(std::int64_t now_nanoseconds);
    void hand_events_on();
    void take_keys(std::int64_t now_nanoseconds);
    void fade_out();
    bool at_end() const;
    PictureFigures figures();
    double seconds_played() const;

    Parts parts_;
    double rate_hz_;
    std::uint32_t channels_;
    std::int64_t largest_block_;
    Producer hands_;  // of the end
    ComputerKeyboard keyboard_;
    std::optional<ScriptWatcher> watcher_;
    NotificationReader news_;
    FillSampler fills_;
    EngineSnapshot now_;  // of the picture
    InstrumentMeter instruments_;
    LoadMeter loads_;
    LivePicture picture_;
    Problems problems_;
    std::string newest_underrun_;
    std::int64_t next_picture_nanoseconds_ = 0;
    float largest_peak_ = 0;
    float shown_peak_ = 0;
};

}  // namespace forerun
