// Where events of all producers arrive: a lock-free queue in front of the conductor, and the promise of each producer.
#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "rt-engine/forerun.h"
#include "shared/messages/event.h"
#include "shared/metrics/metric_kinds.h"

namespace forerun {

class Inbox {
public:
    static constexpr std::size_t capacity = 16384;  // events; try_enqueue refuses beyond, and it is counted
    static constexpr std::size_t max_producers = 64;

    explicit Inbox(SharedCounter& refused) : queue(capacity, max_producers, 0), refused(refused) {}

    // The least promise of all producers: events before it can be ordered for good. [conductor]
    std::int64_t least_promise() {
        std::lock_guard lock(mutex_);
        std::int64_t least = INT64_MAX;
        // Acquire: pairs with Producer::promise, so the events before the promise are in the queue.
        for (const auto& promise : promises_) least = std::min(least, promise->load(std::memory_order_acquire));
        return least;
    }

    std::shared_ptr<std::atomic<std::int64_t>> add_promise() {
        std::lock_guard lock(mutex_);
        std::erase_if(promises_, [](const auto& promise) { return promise.use_count() == 1; });
        return promises_.emplace_back(std::make_shared<std::atomic<std::int64_t>>(INT64_MAX));
    }

    std::uint32_t next_producer_id() { return next_id_.fetch_add(1, std::memory_order_relaxed); }

    moodycamel::ConcurrentQueue<Event> queue;
    SharedCounter& refused;

private:
    std::mutex mutex_;  // of the list of promises: conductor and makers of producers, never the audio thread
    std::vector<std::shared_ptr<std::atomic<std::int64_t>>> promises_;
    std::atomic<std::uint32_t> next_id_{0};
};

struct Producer::Impl {
    explicit Impl(std::shared_ptr<Inbox> inbox)
        : inbox(std::move(inbox)),
          token(this->inbox->queue),
          promise(this->inbox->add_promise()),
          id(this->inbox->next_producer_id()) {}
    ~Impl() { promise->store(INT64_MAX, std::memory_order_release); }

    std::shared_ptr<Inbox> inbox;
    moodycamel::ProducerToken token;
    std::shared_ptr<std::atomic<std::int64_t>> promise;
    std::uint32_t id;
    std::uint32_t sequence = 0;
};

}  // namespace forerun
