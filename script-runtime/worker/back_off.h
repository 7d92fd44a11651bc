// Back-off after an underrun: how long a voice that ran dry stays silent.
//
// As short as possible, but doubled each time it runs dry again soon, and it returns with a fuller ring. One longer underrun is
// less annoying than a stutter, and it gives the worker time that all voices need.
#pragma once

#include <algorithm>
#include <cstdint>

namespace forerun {

class BackOff {
public:
    // From this engine frame on. least_frames, most_frames: of all back-offs.
    std::int64_t begin(std::int64_t frame, std::int64_t least_frames, std::int64_t most_frames) {
        const bool again = frames_ != 0 && frame < began_frame_ + forgotten_frames;
        began_frame_ = frame;
        return frames_ = again ? std::min(2 * frames_, std::max(least_frames, most_frames)) : least_frames;
    }

private:
    static constexpr std::int64_t forgotten_frames = 24000;

    std::int64_t began_frame_ = 0;
    std::int64_t frames_ = 0;  // 0: there was none
};

}  // namespace forerun
