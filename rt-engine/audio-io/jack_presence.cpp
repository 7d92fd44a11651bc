#include "rt-engine/audio-io/jack_presence.h"

#include <atomic>
#include <mutex>

namespace forerun {
namespace {

std::mutex mutex;
int present = 0;  // under mutex
// Nothing else hangs on it: relaxed. Set while clients are open, taken back under mutex when none is.
std::atomic<bool> gone{false};

}  // namespace

std::unique_ptr<JackPresence> JackPresence::try_enter() {
    const std::lock_guard lock(mutex);
    if (present > 0 && server_gone()) return nullptr;
    gone.store(false, std::memory_order_relaxed);
    ++present;
    return std::unique_ptr<JackPresence>(new JackPresence);
}

JackPresence::~JackPresence() {
    const std::lock_guard lock(mutex);
    --present;
}

void JackPresence::report_server_gone() noexcept { gone.store(true, std::memory_order_relaxed); }
bool JackPresence::server_gone() noexcept { return gone.load(std::memory_order_relaxed); }

}  // namespace forerun
