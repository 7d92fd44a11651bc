// The progress of an offline rendering, on a terminal's stderr: a bar, or, where the terminal knows no escape sequences, a line
// every five seconds. Nothing elsewhere.
#pragma once

#include <cstdio>
#include <optional>

#include "shared/text/printed_lines.h"

namespace forerun {

class ProgressBar {
public:
    enum class Look { none, lines, bar };
    ProgressBar();  // as standard error is
    ProgressBar(Look look, std::FILE* out) : look_(look), out_(out) {}
    ~ProgressBar() { end(); }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    // done and total in seconds of sound, wall_seconds since it began. Redraws ten times a second at most.
    void show(double done_seconds, double total_seconds, double wall_seconds);

    // Takes it away for good.
    void end();

private:
    void clear();
    Look look_;
    std::FILE* out_;
    std::optional<PrintedLines::Held> held_;  // what is said meanwhile stands above it
    bool drawn_ = false;
    double next_redraw_ = 0;
};

}  // namespace forerun
