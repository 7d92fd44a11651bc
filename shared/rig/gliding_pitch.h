// A frequency that glides to another, linearly in keys (exponentially in Hz).
#pragma once

#include <cmath>
#include <cstdint>

namespace forerun {

struct GlidingPitch {
    double from_hz = 440;
    double to_hz = 440;
    std::int64_t begin_frame = 0;
    std::int64_t frames = 0;  // 0: not gliding

    bool gliding() const { return frames != 0; }
    std::int64_t end_frame() const { return begin_frame + frames; }

    double hz_at(std::int64_t frame) const {
        if (frame >= end_frame()) return to_hz;
        if (frame <= begin_frame) return from_hz;
        return from_hz *
               std::pow(to_hz / from_hz, static_cast<double>(frame - begin_frame) / static_cast<double>(frames));
    }
    // Starts from the frequency at `frame`.
    void go_to(double hz, std::int64_t frame, std::int64_t in_frames) {
        from_hz = hz_at(frame);
        to_hz = hz;
        begin_frame = frame;
        frames = in_frames;
    }
};

}  // namespace forerun
