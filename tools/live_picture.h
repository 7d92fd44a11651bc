// The live picture in the terminal: underruns, loads and the peak; what the keys control; a row per instrument; a bar per voice
// that shows how full its ring is.
//
//   bass           3 notes  67 % ahead  full quality     -12.3 dB
//   Voice 0: [████████░░░░]  67%  bass D2
//
// draw_picture is pure: figures in, lines out, never wider or taller than asked. LivePicture puts the lines on the screen,
// again and again in the same place, with the cursor hidden; messages scroll past above it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/terminal.h"

namespace forerun {

struct PictureVoice {
    std::uint32_t slot = 0;
    std::string name;    // instrument and key
    double fill = 0;     // of depth, 0..1
    bool ended = false;  // rendered to its end: an emptying ring is no danger
    int quality = 2;     // 2 full, 1 reduced, 0 least
};

// An instrument that sounds.
struct PictureInstrument {
    std::string name;
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
    std::vector<double> worker_loads;  // 0..1
    double audio_load = 0;             // of the audio thread, 0..1
    double process_load = 0;           // CPU of the whole program, in cores
    double peak_db = -200;
    std::vector<std::string> status;  // lines: the keyboard, presets, a parameter
    std::vector<PictureInstrument> instruments;
};

// "[████████░░░░]" with `cells` cells; '#' and '.' without UTF-8.
std::string fill_bar(double fill, int cells, bool utf8);

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

private:
    void print(const std::string& text);
    std::string erase() const;

    bool visible_;
    bool utf8_;
    int drawn_rows_ = 0;
    std::vector<std::string> last_;
};

}  // namespace forerun
