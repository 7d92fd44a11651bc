// Plain copies of figures, by kind: copying, adding those of several workers, and the difference between two moments.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "shared/metrics/distribution.h"
#include "shared/metrics/metric_kinds.h"

namespace forerun {

using CountByActivity = std::array<std::uint64_t, activities>;

inline CountByActivity copy_of(const CounterByActivity& counters) {
    CountByActivity counts{};
    for (std::size_t a = 0; a < activities; ++a) counts[a] = counters[a];
    return counts;
}
inline Distribution copy_of(const Histogram& histogram) { return histogram; }
template <typename Number>
std::uint64_t copy_of(const Number& number) {
    return number.load();
}

inline void add(std::uint64_t& to, std::uint64_t value) { to += value; }
inline void add(Distribution& to, const Distribution& value) { to.add(value); }
inline void add(CountByActivity& to, const CountByActivity& value) {
    std::transform(to.begin(), to.end(), value.begin(), to.begin(), std::plus{});
}

inline std::uint64_t difference(std::uint64_t now, std::uint64_t before) { return now - std::min(now, before); }
inline Distribution difference(const Distribution& now, const Distribution& before) { return now.since(before); }
inline CountByActivity difference(CountByActivity now, const CountByActivity& before) {
    for (std::size_t a = 0; a < activities; ++a) now[a] = difference(now[a], before[a]);
    return now;
}

template <typename Kind>
using MetricCopy = decltype(copy_of(std::declval<const Kind&>()));

// Whether what came between two moments is the later copy less the earlier.
template <typename Kind>
inline constexpr bool grows = true;
template <>
inline constexpr bool grows<Gauge> = false;
template <>
inline constexpr bool grows<Maximum> = false;

}  // namespace forerun
