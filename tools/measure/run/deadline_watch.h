// Whether callbacks are done in time, judged as a sound card with one block in hand would: each block must be whole when the
// one before it has been played. A block that comes later is an underrun of that length, and the card goes on from there.
//
// Called by the audio thread around its work; what it found is read when the device has stopped. Allocates nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "shared/metrics/histogram.h"
#include "shared/time/sample_clock.h"

namespace forerun::measure {

struct MissedDeadline {
    std::int64_t nanoseconds = 0;  // when the block should have been whole; monotonic
    std::int64_t late_nanoseconds = 0;
    std::int64_t began_late_nanoseconds = 0;  // of these the callback began late, by its predecessor or by the system
    std::int64_t work_nanoseconds = 0;        // what the callback took
};

class DeadlineWatch {
public:
    explicit DeadlineWatch(double rate_hz) : nanoseconds_per_frame_(1e9 / rate_hz), missed_(most) {}

    void block(std::int64_t began, std::int64_t ended, std::int64_t frames) noexcept {
        if (count_blocks_++ > 0)
            interval_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, began - last_began_)));
        last_began_ = began;
        work_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, ended - began)));
        const auto length = static_cast<std::int64_t>(nanoseconds_per_frame_ * static_cast<double>(frames));
        // No callback comes before its time: one that seems to says that ours is behind. The other way, where the device's
        // clock is slower than ours, we follow slowly.
        due_ = due_ == 0 ? began + length : std::min(due_, began + length);
        due_ += (began + length - due_) / drift_blocks;
        if (ended > due_) {
            if (missed_count_ < most)
                missed_[missed_count_] = {due_, ended - due_,
                                          std::clamp<std::int64_t>(began - (due_ - length), 0, ended - due_),
                                          ended - began};
            ++missed_count_;
            due_ = ended;
        }
        due_ += length;
    }

    // When the device has stopped.
    const MissedDeadline* begin() const { return missed_.data(); }
    const MissedDeadline* end() const { return missed_.data() + std::min<std::size_t>(missed_count_, most); }
    std::size_t missed() const { return missed_count_; }
    const Histogram& work_nanoseconds() const { return work_; }
    const Histogram& interval_nanoseconds() const { return interval_; }

private:
    static constexpr std::size_t most = 65536;
    static constexpr std::int64_t drift_blocks = 1024;
    const double nanoseconds_per_frame_;
    std::vector<MissedDeadline> missed_;
    std::size_t missed_count_ = 0;
    std::uint64_t count_blocks_ = 0;
    std::int64_t due_ = 0, last_began_ = 0;
    Histogram work_, interval_;
};

}  // namespace forerun::measure
