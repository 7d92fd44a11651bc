#include "tools/live/live_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <tuple>

#include "shared/text/printable.h"
#include "tools/report/error_line.h"
#include "tools/report/text_columns.h"

namespace forerun {

namespace {

constexpr int widest_bar = 32;
constexpr double least_shown_db = -48;

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

std::string reduced(int quality) { return quality >= 2 ? "" : quality == 1 ? "  reduced quality" : "  least quality"; }

const char* switch_of(const PictureInstrument& i) { return i.muted ? "muted" : i.solo ? "solo" : ""; }

// Of a narrow terminal the name has a quarter, and what comes last is cut off.
std::string instrument_line(const PictureInstrument& i, int columns, bool utf8) {
    const auto name = fmt::format("{} {} {:>8}  {:<5}", fitted_to(printable(i.name), std::clamp(columns / 4, 6, 18)),
                                  level_bar(i.peak_db, std::clamp(columns / 8, 3, 12), utf8),
                                  i.peak_db > -150 ? decibels(i.peak_db) : "", switch_of(i));
    const auto mark = i.chosen ? (utf8 ? "▸" : ">") : " ";
    if (i.notes == 0) return mark + name;

    return fmt::format("{}{} {:>3} {:<5} {:3.0f} % ahead{}", mark, name, i.notes, i.notes == 1 ? "note" : "notes",
                       100 * std::clamp(i.least_fill, 0.0, 1.0), reduced(i.quality));
}

std::string voice_line(const PictureVoice& v, int bar, bool utf8) {
    return fmt::format("Voice {:<4}{} {:3.0f}%  {}{}{}", fmt::format("{}:", v.slot), fill_bar(v.fill, bar, utf8),
                       100 * std::clamp(v.fill, 0.0, 1.0), v.name, v.ended ? "  ending" : "", reduced(v.quality));
}

// Which of them have a row when there are only so many: those that sound, the chosen one, those that sounded last. In the
// rig's order, so that rows keep their places.
std::vector<std::size_t> shown_instruments(const std::vector<PictureInstrument>& all, std::size_t rows) {
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto rank = [&](std::size_t i) {
        return std::make_tuple(all[i].notes == 0, !all[i].chosen, -all[i].heard_seconds, i);
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
    order.resize(std::min(rows, order.size()));
    std::sort(order.begin(), order.end());
    return order;
}

}  // namespace

std::string level_bar(double db, int cells, bool utf8) { return fill_bar(1 - db / least_shown_db, cells, utf8); }

std::string fill_bar(double fill, int cells, bool utf8) {
    const int full = static_cast<int>(std::lround(std::clamp(fill, 0.0, 1.0) * cells));
    std::string bar = "[";
    for (int i = 0; i < cells; ++i) bar += i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : ".");
    return bar + "]";
}

std::vector<std::string> draw_picture(const PictureFigures& f, TerminalSize size, bool utf8) {
    std::vector<std::string> head;
    head.push_back(fmt::format("{}{}  {} {}  peak {} {}{}", time_of(f.seconds),
                               f.total_seconds > 0 ? " of " + time_of(f.total_seconds) : "", f.voices.size(),
                               f.voices.size() == 1 ? "voice" : "voices", decibels(f.peak_db),
                               level_bar(f.peak_db, std::clamp(size.columns / 8, 3, 12), utf8),
                               f.tempo > 0 ? fmt::format("  tempo {:.1f}", f.tempo) : ""));
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
    const bool rows_for_all = f.instruments.size() <= half;
    for (const auto i : shown_instruments(f.instruments, rows_for_all || half == 0 ? half : half - 1))
        lines.push_back(instrument_line(f.instruments[i], size.columns, utf8));
    if (!rows_for_all && half > 0)
        lines.push_back(fmt::format("and {} instruments more", f.instruments.size() - (half - 1)));
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
    for (auto& line : lines) line = cut_to(printable(line), size.columns - 1);
    return lines;
}

LivePicture::LivePicture() : visible_(stdout_is_terminal()), utf8_(terminal_is_utf8()) {
    if (!visible_) return;
    // Lines that go elsewhere do not disturb it.
    if (stderr_is_terminal()) held_.emplace();
    print("\x1b[?25l");
}

LivePicture::~LivePicture() {
    if (!visible_) return;
    write_held_lines();
    print("\x1b[?25h");
}

void LivePicture::print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void LivePicture::show(const PictureFigures& figures) {
    if (!visible_) return;
    write_held_lines();
    const auto size = stdout_size();
    print(rows_.show(draw_picture(figures, size, utf8_), size));
}

void LivePicture::message(const std::string& line) {
    if (!visible_) return print_error(line);
    write_held_lines();
    print(rows_.write_above({"forerun: " + printable(line)}, stdout_size()));
}

void LivePicture::write_held_lines() {
    if (!held_) return;
    if (const auto lines = held_->take(); !lines.empty()) print(rows_.write_above(lines, stdout_size()));
}

}  // namespace forerun
