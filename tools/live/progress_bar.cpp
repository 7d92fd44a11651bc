#include "tools/live/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "tools/live/live_picture.h"
#include "tools/live/terminal.h"

namespace forerun {

namespace {

constexpr double seconds_between_lines = 5;

}  // namespace

ProgressBar::ProgressBar()
    : ProgressBar(stderr_is_terminal()        ? Look::bar
                  : stderr_is_dumb_terminal() ? Look::lines
                                              : Look::none,
                  stderr) {
    if (look_ == Look::bar) held_.emplace();
}

void ProgressBar::end() {
    clear();
    held_.reset();
    look_ = Look::none;
}

void ProgressBar::clear() {
    if (drawn_) std::fputs("\r\x1b[K", out_);
    drawn_ = false;
}

void ProgressBar::show(double done_seconds, double total_seconds, double wall_seconds) {
    if (look_ == Look::none) return;
    if (const auto lines = held_ ? held_->take() : std::vector<std::string>(); !lines.empty()) {
        clear();
        for (const auto& line : lines) std::fputs((line + "\n").c_str(), out_);
        next_redraw_ = 0;
    }
    if (wall_seconds < next_redraw_) return;
    const double part = total_seconds > 0 ? std::min(1.0, done_seconds / total_seconds) : 0;
    if (look_ == Look::lines) {
        // What takes less needs no line.
        if (next_redraw_ > 0)
            std::fputs(fmt::format("{:3.0f}%  {:.1f} of {:.1f} s\n", 100 * part, done_seconds, total_seconds).c_str(),
                       out_);
        next_redraw_ = wall_seconds + seconds_between_lines;
        return;
    }
    next_redraw_ = wall_seconds + 0.1;
    const auto text = fmt::format("\r{} {:3.0f}%  {:.1f} of {:.1f} s  {:.1f} times real time\x1b[K",
                                  fill_bar(part, 24, terminal_is_utf8()), 100 * part, done_seconds, total_seconds,
                                  wall_seconds > 0 ? done_seconds / wall_seconds : 0);
    std::fputs(text.c_str(), out_);
    std::fflush(out_);
    drawn_ = true;
}

}  // namespace forerun
