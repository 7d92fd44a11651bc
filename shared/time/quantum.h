// The grid on which scripts are called, and the lengths of fades.
#pragma once

#include <cstdint>

namespace forerun {

// A script renders one quantum per call, counted from its voice's start (or the parts into which events split it).
inline constexpr std::int64_t quantum_frames = 64;

// The first frame of the grid at or after a voice frame.
constexpr std::int64_t on_grid(std::int64_t voice_frame) {
    return (voice_frame + quantum_frames - 1) / quantum_frames * quantum_frames;
}

// The mixer's fade over an underrun, out of a late start, and out of an end of voice that is not silent.
inline constexpr std::int64_t fade_frames = 64;

// A stopped or stolen voice fades over audio that its ring already holds (5.3 ms at 48 kHz).
inline constexpr std::int64_t stop_fade_frames = 256;

// Files and keyboards send notes of no length and expect to hear them: a note released within the first time is released after
// the second. A sequencer's shortest note is longer than the first.
inline constexpr double no_length_seconds = 0.001, least_note_seconds = 0.010;

// Depths below this cannot keep a ring full between two callbacks: two blocks, a fade and a quantum.
constexpr std::int64_t least_depth_frames(std::int64_t block_frames) {
    return 2 * block_frames + fade_frames + quantum_frames;
}

}  // namespace forerun
