// Records what a worker does, stretch by stretch, and LuaJIT's compiling within, for one reader.
//
// Never waits: what does not fit is dropped and counted.
#pragma once

#include <cstdint>

#include "shared/messages/owned_queue.h"
#include "shared/threads/single_writer.h"
#include "tools/measure/record/activity_span.h"

namespace forerun::measure {

class ActivityTrace {
public:
    // ---- As WorkerProbe has them [the worker's thread]

    void changes(std::int64_t now_nanoseconds, WorkerActivity next) {
        const bool passing = now_.activity == Activity::idle && now_nanoseconds - since_ < passing_nanoseconds;
        if (since_ != 0 && !passing) spans_.writer.try_push({since_, now_nanoseconds, now_.packed()});
        if (!passing) since_ = now_nanoseconds;
        now_ = next;
    }
    void found(std::int64_t from_nanoseconds, std::int64_t to_nanoseconds, Activity activity) {
        spans_.writer.try_push({from_nanoseconds, to_nanoseconds, WorkerActivity{activity, now_.serial}.packed()});
    }
    void compiler_worked(std::int64_t from_nanoseconds, std::int64_t to_nanoseconds, bool compiled) {
        bump(compiled ? compiled_ : aborted_);
        if (from_nanoseconds != 0) found(from_nanoseconds, to_nanoseconds, Activity::compiling);
    }

    // ---- What there is to read

    bool next(ActivitySpan& span) { return spans_.reader.try_pop(span); }  // [one reading thread]
    std::uint64_t lost() const { return spans_.reader.refused(); }         // [any thread]
    std::uint64_t traces_compiled() const { return compiled_; }
    std::uint64_t trace_aborts() const { return aborted_; }

private:
    static constexpr std::uint32_t most_waiting = 1u << 16;
    // Between two visits the worker does not rest: it looks for what to do next, which belongs to that.
    static constexpr std::int64_t passing_nanoseconds = 100'000;

    OwnedQueue<ActivitySpan> spans_{most_waiting};
    Counter compiled_, aborted_;
    std::int64_t since_ = 0;
    WorkerActivity now_;
};

}  // namespace forerun::measure
