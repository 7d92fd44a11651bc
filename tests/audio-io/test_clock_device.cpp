// The clock device asks for every block at its time and for missed ones at once. The tests move the time.

#include <atomic>
#include <cstdint>
#include <semaphore>

#include "rt-engine/audio-io/block_schedule.h"
#include "rt-engine/audio-io/clock_device.h"
#include "shared/bad_input.h"
#include "shared/time/sample_clock.h"
#include "tests/scenes/catch.h"

using namespace forerun;

TEST_CASE("deadlines do not drift") {
    BlockSchedule schedule(44100, 333, 1000);
    std::int64_t blocks = 0;
    for (; blocks < 1'000'000; ++blocks) schedule.begin(schedule.deadline());
    // 333e6 frames at 44100 Hz, to the nanosecond.
    CHECK(schedule.deadline() == 1000 + 7551020408163);
}

TEST_CASE("after a stall the missed blocks are due at once") {
    BlockSchedule schedule(48000, 480, 0);  // 10 ms
    for (int b = 0; b < 5; ++b) CHECK_FALSE(schedule.begin(schedule.deadline()).late);
    const std::int64_t now = schedule.deadline() + 95'000'000;
    int burst = 0, late = 0;
    while (schedule.deadline() <= now) {
        const auto step = schedule.begin(now);
        CHECK(step.abandoned == 0);
        late += step.late;
        ++burst;
    }
    CHECK(burst == 10);
    CHECK(late == 9);  // the last one is only 5 ms behind
    CHECK(schedule.deadline() == 150'000'000);
}

TEST_CASE("a stall of more than a second is given up, and the grid stays") {
    BlockSchedule schedule(48000, 480, 0);
    schedule.begin(0);
    const auto step = schedule.begin(3'604'000'000);
    CHECK(step.abandoned == 359);
    CHECK(schedule.deadline() == 3'610'000'000);
}

namespace {

// Time that stands still until somebody waits for it.
class MovedTime final : public TimeSource {
public:
    explicit MovedTime(std::atomic<std::int64_t>& now, std::atomic<int>& waits) : now_(now), waits_(waits) {}
    std::int64_t now_nanoseconds() override { return now_; }
    void wait_until(std::int64_t nanoseconds) override {
        ++waits_;
        now_ = nanoseconds;
    }

private:
    std::atomic<std::int64_t>& now_;
    std::atomic<int>& waits_;
};

struct Listener {
    std::atomic<std::int64_t> now{1'000'000};
    std::atomic<int> waits{0};
    std::int64_t blocks = 0;
    std::int64_t frames = 0;
    std::int64_t silent_inputs = 0;
    std::int64_t waits_at_stall = 0, waits_after_burst = 0;
    std::binary_semaphore done{0};

    // Stalls by nine and a half blocks in the fifth block, and listens to twenty.
    static void call(void* self, const float* in, float* out, std::int64_t frames) noexcept {
        auto& l = *static_cast<Listener*>(self);
        if (in)
            for (std::int64_t i = 0; i < 3 * frames; ++i) l.silent_inputs += in[i] == 0;
        for (std::int64_t i = 0; i < 2 * frames; ++i) out[i] = 1;  // all of it may be written
        l.frames += frames;
        ++l.blocks;
        if (l.blocks == 5) {
            l.now += 95'000'000;
            l.waits_at_stall = l.waits;
        }
        if (l.blocks == 14) l.waits_after_burst = l.waits;
        if (l.blocks == 20) l.done.release();
    }
};

}  // namespace

TEST_CASE("the device calls missed blocks without waiting between them, and counts them") {
    Listener listener;
    ClockDevice device(48000, 480, 2, std::make_unique<MovedTime>(listener.now, listener.waits));
    device.start(Listener::call, &listener);
    listener.done.acquire();
    device.stop();
    CHECK_FALSE(device.running());
    CHECK(listener.frames == listener.blocks * 480);
    CHECK(listener.waits_after_burst == listener.waits_at_stall);
    CHECK(device.statistics().late_blocks == 8);
    CHECK(device.statistics().abandoned_blocks == 0);
    CHECK(device.statistics().blocks == static_cast<std::uint64_t>(listener.blocks));
}

TEST_CASE("the clock's inputs are silent, and there are none unless they were asked for") {
    Listener listener;
    ClockDevice device(48000, 480, 2, std::make_unique<MovedTime>(listener.now, listener.waits), 3);
    CHECK(device.input_channels() == 3);
    device.start(Listener::call, &listener);
    listener.done.acquire();
    device.stop();
    CHECK(listener.silent_inputs == 3 * listener.frames);
    Listener deaf;
    ClockDevice other(48000, 480, 2, std::make_unique<MovedTime>(deaf.now, deaf.waits));
    CHECK(other.input_channels() == 0);
    other.start(Listener::call, &deaf);
    deaf.done.acquire();
    other.stop();
    CHECK(deaf.silent_inputs == 0);
}

TEST_CASE("after stop no callback runs, and the device starts again") {
    Listener listener;
    ClockDevice device(48000, 480, 2, std::make_unique<MovedTime>(listener.now, listener.waits));
    device.start(Listener::call, &listener);
    listener.done.acquire();
    device.stop();
    const auto blocks = listener.blocks;
    device.stop();
    CHECK(listener.blocks == blocks);
    listener.blocks = 0;
    device.start(Listener::call, &listener);
    listener.done.acquire();
    device.stop();
    CHECK(listener.blocks >= 20);
}

TEST_CASE("the real clock paces: blocks never come before their time") {
    struct Paced {
        std::int64_t start = 0, blocks = 0, early = 0;  // start: before the device was started
        std::binary_semaphore done{0};
        static void call(void* self, const float*, float*, std::int64_t) noexcept {
            auto& p = *static_cast<Paced*>(self);
            const auto now = monotonic_nanoseconds();
            if (now - p.start < p.blocks * 1'000'000) ++p.early;
            if (++p.blocks == 50) p.done.release();
        }
    } paced;
    ClockDevice device(48000, 48, 1);
    paced.start = monotonic_nanoseconds();
    device.start(Paced::call, &paced);
    paced.done.acquire();
    device.stop();
    CHECK(paced.early == 0);
    // Whatever was granted is what the thread says of itself.
    const auto scheduling = device.scheduling();
    CHECK(scheduling.realtime == (scheduling.priority > 0));
}

TEST_CASE("a rate, block or width that cannot be is refused") {
    CHECK_THROWS_AS(ClockDevice(0, 256, 2), BadInput);
    CHECK_THROWS_AS(ClockDevice(48000, 0, 2), BadInput);
    CHECK_THROWS_AS(ClockDevice(48000, 256, 0), BadInput);
    CHECK_THROWS_AS(ClockDevice(48000, 256, 2, make_monotonic_time_source(), 65), BadInput);
}
