#include "rt-engine/conductor_thread.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "rt-engine/conductor/conductor.h"
#include "rt-engine/conductor/notification_ring.h"
#include "rt-engine/threads/realtime_thread.h"

namespace forerun {
namespace {

constexpr auto conductor_period = std::chrono::microseconds(500);

}  // namespace

void ConductorThread::start(Conductor& conductor) {
    thread_ =
        GuardedThread([this, &conductor] { conduct(conductor); }, [this](const char* why) { report_failure(why); });
}

bool ConductorThread::stop() noexcept {
    stopping_.store(true, std::memory_order_release);  // pairs with the acquire in conduct()
    if (!thread_.joinable()) return false;
    thread_.join();
    return true;
}

void ConductorThread::conduct(Conductor& conductor) {
    raise_to_realtime(conductor_thread_priority);
    while (!stopping_.load(std::memory_order_acquire)) {
        // Out of memory in one turn need not be in the next: what sounds sounds on, and the failure is told.
        run_guarded([&] { conductor.advance(clock_.frame()); }, [this](const char* why) { report_failure(why); });
        std::this_thread::sleep_for(conductor_period);
    }
}

void ConductorThread::report_failure(const char* why) noexcept {
    run_guarded(
        [&] {
            Notification notification;
            notification.kind = NotificationKind::error;
            const auto text = fmt::format("events could not be handed out ({}); notes may be missing", why);
            text.copy(notification.text, sizeof notification.text - 1);
            notifications_.push(notification);
        },
        [](const char*) {});
}

}  // namespace forerun
