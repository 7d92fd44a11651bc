// The live picture in the terminal: underruns, loads and the output's level; what the keys control; a row per instrument, whether
// it sounds or not, with its level; a bar per voice that shows how full its ring is.
//
//   bass           [█████░░░] -12.3 dB  solo     3 notes  67 % ahead
//   Voice 0: [████████░░░░]  67%  bass D2
//
// draw_picture is pure: figures in, lines out, never wider or taller than asked. LivePicture puts the lines on the screen,
// again and again in the same place, with the cursor hidden. Messages, and whatever else the program says on standard error
// meanwhile (what scripts print, errors), stand above it and stay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/text/printed_lines.h"
#include "tools/live/pinned_rows.h"
#include "tools/live/terminal.h"

namespace forerun {

struct PictureVoice {
    std::uint32_t slot = 0;
    std::string name;    // instrument and key
    double fill = 0;     // of depth, 0..1
    bool ended = false;  // rendered to its end: an emptying ring is no danger
    int quality = 2;     // 2 full, 1 reduced, 0 least
};

struct PictureInstrument {
    std::size_t number = 0;  // in the rig
    std::string name;
    bool chosen = false;  // its parameters are under the keys
    bool muted = false;
    bool solo = false;
    double heard_seconds = -1;  // when it sounded last; below 0: never
    int notes = 0;
    double least_fill = 1;  // of its voices, of depth
    int quality = 2;        // the least of its voices
    double peak_db = -200;
};

struct PictureFigures {
    double seconds = 0;
    double total_seconds = 0;          // 0: open end
    std::vector<PictureVoice> voices;  // by slot
    std::uint64_t underrun_events = 0;
    std::uint64_t underrun_frames = 0;
    std::string newest_underrun;  // in words
    std::uint64_t stolen = 0;
    std::uint64_t dropped = 0;
    std::vector<double> worker_loads;            // 0..1
    double audio_load = 0;                       // of the audio thread, 0..1
    double process_load = 0;                     // CPU of the whole program, in cores
    double peak_db = -200;                       // of the output
    double tempo = 0;                            // quarters per minute; 0: not known
    std::vector<std::string> status;             // lines: the keyboard, presets, a parameter
    std::vector<PictureInstrument> instruments;  // all that the rig has, in its order
};

// "[████████░░░░]" with `cells` cells; '#' and '.' without UTF-8.
std::string fill_bar(double fill, int cells, bool utf8);
// The same for a level: from -48 dB, empty, to 0 dB, full.
std::string level_bar(double db, int cells, bool utf8);

std::vector<std::string> draw_picture(const PictureFigures& figures, TerminalSize size, bool utf8);

class LivePicture {
public:
    LivePicture();
    ~LivePicture();  // shows the cursor again; the last picture stays
    LivePicture(const LivePicture&) = delete;
    LivePicture& operator=(const LivePicture&) = delete;

    // False when standard output is no terminal: then show() does nothing and message() prints to stderr.
    bool visible() const { return visible_; }
    void show(const PictureFigures& figures);
    // A line that stays.
    void message(const std::string& line);
    // What was said on standard error since, a hundred times a second.
    void write_held_lines();

private:
    void print(const std::string& text);

    bool visible_;
    bool utf8_;
    PinnedRows rows_;
    std::optional<PrintedLines::Held> held_;
};

}  // namespace forerun
