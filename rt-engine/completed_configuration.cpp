#include "rt-engine/completed_configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "shared/bad_input.h"
#include "shared/files/script_path.h"
#include "shared/script_runtime.h"
#include "shared/time/quantum.h"

namespace forerun {
namespace {

constexpr std::uint32_t most_input_channels = 64;

}  // namespace

Configuration completed(Configuration c) {
    if (c.input_channels > most_input_channels)
        throw BadInput(
            fmt::format("input channels: {} is not between 0 and {}", c.input_channels, most_input_channels));
    c.workers = worker_count(c);
    c.depth_frames = std::max(c.depth_frames, least_depth_frames(c.block_frames));
    if (c.script_path.empty()) c.script_path = default_script_path();
    if (c.library.empty()) c.library = own_library();
    if (c.event_delay_frames < 0) c.event_delay_frames = c.block_frames + 2 * quantum_frames;
    return c;
}

}  // namespace forerun
