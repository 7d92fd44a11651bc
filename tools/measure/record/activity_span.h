// One stretch of a worker's activity, with its begin and end.
//
// Stretches that the worker published follow each other. not_scheduled, woken_late and compiling overlap them: they are found
// afterwards, or happen inside another stretch.
#pragma once

#include <cstdint>
#include <type_traits>

#include "shared/messages/underrun.h"

namespace forerun::measure {

struct ActivitySpan {
    std::int64_t from_nanoseconds = 0;  // monotonic
    std::int64_t to_nanoseconds = 0;
    std::uint64_t packed = 0;  // WorkerActivity
};
static_assert(std::is_trivially_copyable_v<ActivitySpan>);

}  // namespace forerun::measure
