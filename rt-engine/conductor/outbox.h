// The conductor's messages on their way: straight into the queue, or kept in order until the queue has room again.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "shared/messages/spsc_queue.h"

namespace forerun {

// [conductor] Nothing is lost: a refused message waits here (and was counted in the queue's header).
template <typename Message>
class Outbox {
public:
    explicit Outbox(QueueWriter<Message> queue) : queue_(std::move(queue)) {}

    void post(const Message& message) {
        posted_ = true;
        if (!waiting_.empty() || !queue_.try_push(message)) waiting_.push_back(message);
    }
    // True when nothing waits any more.
    bool flush() {
        while (!waiting_.empty() && queue_.try_push(waiting_.front())) waiting_.pop_front();
        return waiting_.empty();
    }
    // Whether anything was posted since the last call.
    bool take_posted() { return std::exchange(posted_, false); }

private:
    QueueWriter<Message> queue_;
    std::deque<Message> waiting_;
    bool posted_ = false;
};

}  // namespace forerun
