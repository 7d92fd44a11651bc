#include "script-runtime/worker/worker_thread.h"

#include <concurrentqueue/blockingconcurrentqueue.h>  // brings the semaphore in the order that it needs

namespace forerun {

struct WorkerThread::Wakeup {
    moodycamel::LightweightSemaphore semaphore{0, 0};
    std::atomic<bool> signalled{false};
};

WorkerThread::WorkerThread() : wakeup_(std::make_unique<Wakeup>()) {}
WorkerThread::~WorkerThread() { stop(); }

bool WorkerThread::wait_until_warm(std::chrono::milliseconds longest) {
    if (warm_result_.wait_for(longest) != std::future_status::ready) return false;
    if (const auto thrown = warm_result_.get()) std::rethrow_exception(thrown);
    return true;
}

void WorkerThread::wake() noexcept {
    // Acquire-release: what the waker wrote before is seen by the worker that clears the flag.
    if (!wakeup_->signalled.exchange(true, std::memory_order_acq_rel)) wakeup_->semaphore.signal();
}

void WorkerThread::stop() noexcept {
    stopping_.store(true, std::memory_order_release);
    wake();
    if (thread_.joinable()) thread_.join();
}

void WorkerThread::sleep(std::int64_t microseconds) noexcept {
    wakeup_->semaphore.wait(microseconds);
    wakeup_->signalled.store(false, std::memory_order_release);
}

}  // namespace forerun
