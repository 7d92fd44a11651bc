// An engine without a device: the thread that asks for sound conducts, too, and waits until the workers have rendered it.
//
// What is mixed is so never missing, and the same piece gives the same bits however fast the machine is. A piece ends where
// events are not yet ordered for good, which producers with promises decide.
#pragma once

#include <chrono>
#include <cstdint>

#include "shared/configuration.h"
#include "shared/shared_state.h"

namespace forerun {

class Conductor;
class Mixer;

class OfflineRendering {
public:
    OfflineRendering(const Configuration& configuration, const SharedState& state, Conductor& conductor, Mixer& mixer);

    // Engine::render()
    void render(float* out, std::int64_t frames);

private:
    template <typename Condition>
    void wait_for(Condition done, const char* what);

    const std::int64_t max_block_frames_;
    const std::uint32_t channels_;
    const std::chrono::microseconds ring_wait_;
    Conductor& conductor_;
    Mixer& mixer_;
};

}  // namespace forerun
