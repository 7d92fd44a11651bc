// A queue from one thread to one other that owns its memory, for messages outside SharedState.
#pragma once

#include <cstdint>
#include <vector>

#include "shared/messages/spsc_queue.h"

namespace forerun {

template <typename Message>
struct OwnedQueue {
    // capacity: a power of two.
    explicit OwnedQueue(std::uint32_t capacity) : messages(capacity) { header.capacity = capacity; }
    OwnedQueue(const OwnedQueue&) = delete;
    OwnedQueue& operator=(const OwnedQueue&) = delete;

    QueueHeader header;
    std::vector<Message> messages;
    QueueWriter<Message> writer{&header, messages.data()};
    QueueReader<Message> reader{&header, messages.data()};
};

}  // namespace forerun
