// A session log played again, for tests that compare it with what was heard.
#pragma once

#include <vector>

#include "rt-engine/session/session_replay.h"
#include "tests/scenes/script_folder.h"

namespace forerun {

// All of it, interleaved.
inline std::vector<float> replayed(const std::filesystem::path& log, ReplayKind kind = ReplayKind::as_heard) {
    const ScriptFolder folder;
    SessionReplay replay(SessionLogFile::read(log), folder.path(), kind);
    const auto channels = replay.configuration().channels;
    std::vector<float> all, block(static_cast<std::size_t>(replay.configuration().max_block_frames) * channels);
    while (const auto frames = replay.render(block.data()))
        all.insert(all.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(frames * channels));
    return all;
}

// Frames of which one sample differs, and the first of them; frames that one of them lacks differ.
struct Difference {
    std::size_t frames = 0, first = 0;
};
inline Difference difference(const std::vector<float>& a, const std::vector<float>& b, std::size_t channels) {
    Difference d;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); i += channels) {
        bool same = i + channels <= std::min(a.size(), b.size());
        for (std::size_t c = 0; same && c < channels; ++c) same = a[i + c] == b[i + c];
        if (!same && d.frames++ == 0) d.first = i / channels;
    }
    return d;
}

}  // namespace forerun
