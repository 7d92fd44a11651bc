// How far an offline rendering is, on a terminal's stderr; nothing elsewhere.
#pragma once

namespace forerun {

class ProgressBar {
public:
    ProgressBar();
    ~ProgressBar();  // leaves an empty line
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    // done and total in seconds of sound, wall_seconds since it began. Redraws ten times a second at most.
    void show(double done_seconds, double total_seconds, double wall_seconds);

private:
    void clear();
    bool visible_;
    bool drawn_ = false;
    double next_redraw_ = 0;
};

}  // namespace forerun
