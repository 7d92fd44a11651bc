#include "tools/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "tools/live_picture.h"
#include "tools/terminal.h"

namespace forerun {

ProgressBar::ProgressBar() : visible_(stderr_is_terminal()) {
    if (visible_) held_.emplace();
}

void ProgressBar::end() {
    clear();
    held_.reset();
    visible_ = false;
}

void ProgressBar::clear() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
}

void ProgressBar::show(double done_seconds, double total_seconds, double wall_seconds) {
    if (!visible_) return;
    if (const auto lines = held_->take(); !lines.empty()) {
        clear();
        for (const auto& line : lines) std::fputs((line + "\n").c_str(), stderr);
        next_redraw_ = 0;
    }
    if (wall_seconds < next_redraw_) return;
    next_redraw_ = wall_seconds + 0.1;
    const double part = total_seconds > 0 ? std::min(1.0, done_seconds / total_seconds) : 0;
    const auto text = fmt::format("\r{} {:3.0f}%  {:.1f} of {:.1f} s  {:.1f} times real time\x1b[K",
                                  fill_bar(part, 24, terminal_is_utf8()), 100 * part, done_seconds, total_seconds,
                                  wall_seconds > 0 ? done_seconds / wall_seconds : 0);
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
    drawn_ = true;
}

}  // namespace forerun
