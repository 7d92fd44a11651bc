// Detects that a worker had work to do and the system did not run it: "not scheduled", a cause of dropouts that measuring the
// script cannot show.
//
// Work that took much longer by the monotonic clock than by the thread's CPU time was interrupted; a sleep that ended long
// after its time was woken late. Reading CPU time is a system call, so it is read once per millisecond of work.
#pragma once

#include <algorithm>
#include <cstdint>

#include "script-runtime/sandbox/thread_time.h"
#include "script-runtime/worker/activity_line.h"
#include "shared/threads/single_writer.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread; all times are monotonic nanoseconds.
class SchedulingWatch {
public:
    static constexpr std::int64_t noticeable_nanoseconds = 1'000'000;

    SchedulingWatch(WorkerLine& line, ActivityLine& activity)
        : line_(line), activity_(activity), cpu_start_(time_.nanoseconds()) {
        set_mark(monotonic_nanoseconds(), cpu_start_);
    }

    // Since it woke up, or since the last call, it had work. At every step, whatever came of it.
    void worked_until(std::int64_t now) {
        if (now - mark_ < noticeable_nanoseconds) return;
        const auto cpu = time_.nanoseconds();
        if (const auto missing = (now - mark_) - (cpu - cpu_mark_); missing >= noticeable_nanoseconds)
            record(now - missing, now, Activity::not_scheduled);
        set_mark(now, cpu);
    }
    // An upper bound of what the work since `began` took: exact to the CPU time between the last look and then, a millisecond at
    // most when worked_until() was called at `began`.
    std::int64_t cpu_since(std::int64_t began, std::int64_t now) const {
        return std::min(now - began, time_.nanoseconds() - cpu_mark_);
    }
    void slept_until(std::int64_t now, std::int64_t due) {
        if (now - due >= noticeable_nanoseconds) record(due, now, Activity::woken_late);
        set_mark(now, time_.nanoseconds());
    }

private:
    void set_mark(std::int64_t now, std::int64_t cpu) {
        mark_ = now;
        cpu_mark_ = cpu;
        line_.cpu_nanoseconds.advance_to(static_cast<std::uint64_t>(cpu - cpu_start_));
    }
    void record(std::int64_t from, std::int64_t to, Activity found) {
        activity_.found(from, to, found);
        line_.unscheduled_is_sleep.store(found == Activity::woken_late, std::memory_order_relaxed);
        bump(line_.unscheduled_nanoseconds, to - from);
        // Release: pairs with the mixer's acquire when it writes an underrun record.
        line_.unscheduled_to_nanoseconds.store(to, std::memory_order_release);
    }

    WorkerLine& line_;
    ActivityLine& activity_;
    const ThreadTime time_;
    const std::int64_t cpu_start_;
    std::int64_t mark_ = 0;
    std::int64_t cpu_mark_ = 0;
};

}  // namespace forerun
