// What a script has just rendered into the host's buffers, on its way out: copied, with silence where it is not a number or has
// run away, and what its author is told about that.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/host/valid_samples.h"

namespace forerun {

// Frames [first, first + frames) of each channel, to to(channel). False: some were silenced. Raises `peak` to the largest.
template <typename To>
bool copy_rendered(LuaHost& host, std::uint32_t channels, int first, int frames, To to, float& peak) {
    const float* sources[2] = {host.left(), host.right()};
    bool all_valid = true;
    for (std::uint32_t c = 0; c < channels; ++c) all_valid &= copy_valid(sources[c] + first, frames, to(c), peak);
    return all_valid;
}

// Of such that were not all valid.
inline std::string silenced_text(LuaHost& host, const Instance& instance, std::uint32_t channels, int first,
                                 int frames) {
    const float* bad = first_invalid(host.left() + first, frames);
    if (!bad && channels == 2) bad = first_invalid(host.right() + first, frames);
    return fmt::format(
        "{}: made samples that are not numbers or beyond 64 ({}); they are silenced. Check divisions by 0, "
        "filter frequencies and feedback",
        host.place_of(instance, "sound"), bad ? sample_text(*bad) : "");
}

}  // namespace forerun
