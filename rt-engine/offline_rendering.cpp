#include "rt-engine/offline_rendering.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>

#include "rt-engine/conductor/conductor.h"
#include "rt-engine/mixer/mixer.h"
#include "shared/time/quantum.h"

namespace forerun {
namespace {

constexpr auto longest_ring_wait = std::chrono::seconds(20);  // no script call lasts longer than the watchdog's limit

}  // namespace

OfflineRendering::OfflineRendering(const Configuration& configuration, const SharedState& state, Conductor& conductor,
                                   Mixer& mixer)
    : max_block_frames_(configuration.max_block_frames),
      channels_(state.header().channels),
      // Workers that have a whole depth before them need no hurry from us, and every look costs them a context switch.
      ring_wait_(configuration.depth_frames >= 4096 ? 300 : 30),
      conductor_(conductor),
      mixer_(mixer) {}

// Sleeps until `done`, or throws: what is waited for depends on workers, whose every script call is bounded.
template <typename Condition>
void OfflineRendering::wait_for(Condition done, const char* what) {
    if (done()) return;
    conductor_.wake_all();
    const auto give_up = std::chrono::steady_clock::now() + longest_ring_wait;
    do {
        if (std::chrono::steady_clock::now() > give_up)
            throw std::runtime_error(std::string("gave up waiting for ") + what);
        std::this_thread::sleep_for(ring_wait_);
    } while (!done());
}

void OfflineRendering::render(float* out, std::int64_t frames) {
    for (std::int64_t done = 0; done < frames;) {
        const auto clock = mixer_.frame();
        conductor_.advance(clock);
        // Only whole quanta before the horizon can be rendered: what lies in the last one is not waited for.
        const auto until =
            std::min(clock + std::min(frames - done, max_block_frames_), conductor_.horizon() - quantum_frames + 1);
        if (until <= clock) {
            if (!conductor_.waits_for_slot() && conductor_.horizon() - quantum_frames + 1 <= clock)
                throw std::logic_error(
                    "Engine::render: a producer has promised too little; promise a block and a quantum ahead");
            // Voices that the mixer is through with are about to be released by their workers.
            wait_for(
                [&] {
                    conductor_.advance(clock);
                    return conductor_.horizon() - quantum_frames >= clock;
                },
                "a free slot");
            continue;
        }
        wait_for([&] { return mixer_.ready_until(until); }, "rings");
        mixer_.process(out + done * channels_, until - clock);
        done += until - clock;
    }
}

}  // namespace forerun
