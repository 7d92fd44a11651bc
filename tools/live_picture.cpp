#include "tools/live_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tools/error_line.h"

namespace forerun {

namespace {

constexpr int widest_bar = 32;

// The first `columns` characters of UTF-8 text; every character of ours is one column wide.
std::string cut(const std::string& text, int columns) {
    std::string result;
    int used = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool continues = (static_cast<unsigned char>(text[i]) & 0xc0) == 0x80;
        if (!continues && ++used > columns) break;
        result += text[i];
    }
    return result;
}

std::string time_of(double seconds) {
    const auto whole = static_cast<long long>(std::max(0.0, seconds));
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string decibels(double db) { return db > -150 ? fmt::format("{:.1f} dB", db) : std::string("silence"); }

std::string loads(const PictureFigures& f) {
    std::string text = "load";
    for (std::size_t w = 0; w < f.worker_loads.size() && w < 8; ++w)
        text += fmt::format("  worker {}: {:.0f} %", w, 100 * f.worker_loads[w]);
    return text + fmt::format("  audio: {:.0f} %  program: {:.0f} % CPU", 100 * f.audio_load, 100 * f.process_load);
}

const char* quality_of(int level) {
    static constexpr const char* qualities[] = {"least quality", "reduced quality", "full quality"};
    return qualities[std::clamp(level, 0, 2)];
}

std::string instrument_line(const PictureInstrument& i) {
    return fmt::format("{:<18} {:>3} {:<5} {:3.0f} % ahead  {:<15}  {}", cut(i.name, 18), i.notes,
                       i.notes == 1 ? "note" : "notes", 100 * std::clamp(i.least_fill, 0.0, 1.0), quality_of(i.quality),
                       decibels(i.peak_db));
}

std::string voice_line(const PictureVoice& v, int bar, bool utf8) {
    return fmt::format("Voice {:<4}{} {:3.0f}%  {}{}{}", fmt::format("{}:", v.slot), fill_bar(v.fill, bar, utf8),
                       100 * std::clamp(v.fill, 0.0, 1.0), v.name, v.ended ? "  ending" : "",
                       v.quality < 2 ? std::string("  ") + quality_of(v.quality) : "");
}

}  // namespace

std::string fill_bar(double fill, int cells, bool utf8) {
    const int full = static_cast<int>(std::lround(std::clamp(fill, 0.0, 1.0) * cells));
    std::string bar = "[";
    for (int i = 0; i < cells; ++i) bar += i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : ".");
    return bar + "]";
}

std::vector<std::string> draw_picture(const PictureFigures& f, TerminalSize size, bool utf8) {
    std::vector<std::string> head;
    head.push_back(fmt::format("{}{}  {} {}  peak {}", time_of(f.seconds),
                               f.total_seconds > 0 ? " of " + time_of(f.total_seconds) : "", f.voices.size(),
                               f.voices.size() == 1 ? "voice" : "voices", decibels(f.peak_db)));
    head.push_back(fmt::format("underruns {} ({} frames)  stolen {}  dropped {}", f.underrun_events, f.underrun_frames,
                               f.stolen, f.dropped));
    if (!f.newest_underrun.empty()) head.push_back("newest: " + f.newest_underrun);
    head.push_back(loads(f));
    head.insert(head.end(), f.status.begin(), f.status.end());

    // One row stays free: writing into the last one scrolls.
    const int rows = std::max(1, size.rows - 1);
    const int bar = std::clamp(size.columns / 3, 4, widest_bar);
    std::vector<std::string> lines = std::move(head);
    // Instruments have half of what is left.
    const auto half = static_cast<std::size_t>(std::max(0, rows - static_cast<int>(lines.size()))) / 2;
    for (std::size_t i = 0; i < std::min(half, f.instruments.size()); ++i)
        lines.push_back(instrument_line(f.instruments[i]));
    const auto room = static_cast<std::size_t>(std::max(0, rows - static_cast<int>(lines.size())));
    const bool all_fit = f.voices.size() <= room;
    const auto shown = all_fit ? f.voices.size() : (room > 0 ? room - 1 : 0);
    for (std::size_t v = 0; v < shown; ++v) lines.push_back(voice_line(f.voices[v], bar, utf8));
    if (!all_fit && room > 0) {
        double least = 1;
        for (std::size_t v = shown; v < f.voices.size(); ++v)
            if (!f.voices[v].ended) least = std::min(least, f.voices[v].fill);
        lines.push_back(fmt::format("and {} voices more, the emptiest {:.0f}%", f.voices.size() - shown,
                                    100 * std::clamp(least, 0.0, 1.0)));
    }
    lines.resize(std::min(lines.size(), static_cast<std::size_t>(rows)));
    for (auto& line : lines) line = cut(line, size.columns - 1);
    return lines;
}

LivePicture::LivePicture() : visible_(stdout_is_terminal()), utf8_(terminal_is_utf8()) {
    if (visible_) print("\x1b[?25l");
}

LivePicture::~LivePicture() {
    if (visible_) print("\x1b[?25h");
}

void LivePicture::print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

// Back to the picture's first row, and nothing below it.
std::string LivePicture::erase() const {
    return drawn_rows_ > 0 ? fmt::format("\x1b[{}A\r\x1b[J", drawn_rows_) : std::string();
}

void LivePicture::show(const PictureFigures& figures) {
    if (!visible_) return;
    last_ = draw_picture(figures, stdout_size(), utf8_);
    // Rows are overwritten rather than erased first, so that nothing flickers.
    std::string text = drawn_rows_ > 0 ? fmt::format("\x1b[{}A\r", drawn_rows_) : std::string();
    for (const auto& line : last_) text += line + "\x1b[K\n";
    print(text + "\x1b[J");
    drawn_rows_ = static_cast<int>(last_.size());
}

void LivePicture::message(const std::string& line) {
    if (!visible_) {
        print_error(line);
        return;
    }
    std::string text = erase() + "forerun: " + printable(line) + "\n";
    for (const auto& row : last_) text += row + "\x1b[K\n";
    print(text);
}

}  // namespace forerun
