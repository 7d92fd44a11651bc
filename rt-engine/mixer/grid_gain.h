// A pair of gains that changes on the 64-frame grid of the engine's clock.
//
// A change takes one grid cell [G, G + 64): at frame f the gain is g0 + (g1 − g0) (f − G + 1) / 64, so it depends on the
// engine frame alone and never on how a run is cut into blocks. Of several changes for one cell the last wins.
// Belongs to the audio thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace forerun {

inline constexpr std::int64_t grid_frames = 64;

// The first grid point at or behind a frame.
constexpr std::int64_t grid_point(std::int64_t frame) { return (frame + grid_frames - 1) & ~(grid_frames - 1); }

struct GainChange {
    std::int64_t frame = 0;  // a grid point
    float left = 1;
    float right = 1;
    GainChange* next = nullptr;  // of the same gain, later or at the same point
};

class GridGain {
public:
    struct Pair {
        float left = 1;
        float right = 1;
    };

    GridGain() = default;
    GridGain(float left, float right) : from_{left, right}, to_{left, right} {}

    // Changes of the block that is about to be mixed, in order. They are used up by next_piece and finish_block.
    void append(GainChange& change) {
        change.next = nullptr;
        (last_ != nullptr ? last_->next : changes_) = &change;
        last_ = &change;
    }

    // Frames from `frame` on, at most `frames`, that are either all in one ramp or all constant. Frames must be asked for
    // in order within a block.
    std::int64_t next_piece(std::int64_t frame, std::int64_t frames) {
        if (changes_ != nullptr) apply_until(frame);
        if (ramping(frame)) frames = std::min(frames, cell_ + grid_frames - frame);
        if (changes_ != nullptr) frames = std::min(frames, changes_->frame - frame);
        return frames;
    }

    // What is left of the block's changes takes effect without having been audible.
    void finish_block() { apply_until(std::numeric_limits<std::int64_t>::max()); }

    bool changing(std::int64_t frame) const { return changes_ != nullptr || ramping(frame); }
    bool ramping(std::int64_t frame) const { return frame < cell_ + grid_frames; }
    std::int64_t ramp_position(std::int64_t frame) const { return frame - cell_; }
    Pair ramp_from() const { return from_; }
    Pair target() const { return to_; }

private:
    void apply_until(std::int64_t frame) {
        for (; changes_ != nullptr && changes_->frame <= frame; changes_ = changes_->next) {
            if (changes_->frame != cell_) from_ = to_;
            cell_ = changes_->frame;
            to_ = {changes_->left, changes_->right};
        }
        if (changes_ == nullptr) last_ = nullptr;
    }

    Pair from_, to_;
    std::int64_t cell_ = -grid_frames;  // start of the newest ramp
    GainChange* changes_ = nullptr;
    GainChange* last_ = nullptr;
};

}  // namespace forerun
