// A worker's thread, with a body in the place of the worker: warming, waking, stopping.
#include "script-runtime/worker/worker_thread.h"

#include <semaphore>

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr std::int64_t ten_minutes = 600'000'000;  // in microseconds: a sleep that only a wake ends
constexpr auto a_minute = std::chrono::milliseconds(60'000);

}  // namespace

TEST_CASE("the owner waits until the thread is warm, and gets what warming threw") {
    std::binary_semaphore may_go_on{0};
    WorkerThread thread;
    thread.start([&] {
        may_go_on.acquire();
        thread.warmed(std::make_exception_ptr(std::invalid_argument("no such script")));
    });
    CHECK_FALSE(thread.wait_until_warm(std::chrono::milliseconds(1)));
    may_go_on.release();
    CHECK_THROWS_AS(thread.wait_until_warm(a_minute), std::invalid_argument);
}

TEST_CASE("what the body throws before it is warm is what warming threw") {
    WorkerThread thread;
    thread.start([] { throw std::runtime_error("no memory"); });
    CHECK_THROWS_WITH(thread.wait_until_warm(a_minute), Catch::Contains("no memory"));
}

TEST_CASE("a wake ends a sleep, also one that comes before it") {
    std::counting_semaphore<> slept{0};
    WorkerThread thread;
    thread.wake();
    thread.wake();  // not yet slept: one is enough
    thread.start([&] {
        thread.warmed(nullptr);
        while (!thread.stopping()) {
            thread.sleep(ten_minutes);
            slept.release();
        }
    });
    CHECK(thread.wait_until_warm(a_minute));
    REQUIRE(slept.try_acquire_for(a_minute));
    CHECK_FALSE(slept.try_acquire_for(std::chrono::milliseconds(20)));  // it sleeps again
    thread.wake();
    REQUIRE(slept.try_acquire_for(a_minute));
    thread.stop();
    CHECK(slept.try_acquire());
    thread.stop();  // again: nothing
}

TEST_CASE("a sleep without a wake-up ends after its time") {
    WorkerThread thread;
    std::binary_semaphore slept{0};
    thread.start([&] {
        thread.warmed(nullptr);
        thread.sleep(200);
        slept.release();
    });
    CHECK(slept.try_acquire_for(a_minute));
}

TEST_CASE("a thread that never started is stopped at once") {
    WorkerThread thread;
    thread.stop();
    CHECK(thread.stopping());
}
