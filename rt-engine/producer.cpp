#include "rt-engine/conductor/inbox.h"
#include "shared/time/sample_clock.h"

namespace forerun {

Producer::Producer() = default;
Producer::Producer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Producer::Producer(Producer&&) noexcept = default;
Producer& Producer::operator=(Producer&&) noexcept = default;
Producer::~Producer() = default;

bool Producer::try_send(Event event) noexcept {
    // Who gives it a frame has known it before: nothing is answered.
    return try_send(event, event.frame == now_frame ? monotonic_nanoseconds() : 0);
}

bool Producer::try_send(Event event, std::int64_t arrival_nanoseconds) noexcept {
    event.producer = impl_->id;
    event.sequence = impl_->sequence;
    event.arrival_nanoseconds = arrival_nanoseconds;
    if (!impl_->inbox->queue.try_enqueue(impl_->token, event)) {
        bump(impl_->inbox->refused);
        return false;
    }
    ++impl_->sequence;
    return true;
}

void Producer::promise(std::int64_t frame) noexcept {
    // Release: pairs with Inbox::least_promise.
    impl_->promise->store(frame, std::memory_order_release);
}

}  // namespace forerun
