// What follows from the table of metrics: fields in memory, and a list of names.
//
//   struct alignas(64) MixerStatistics { FORERUN_MIXER_FIELDS };     // Counter callbacks; Histogram callback_nanoseconds; ...
//   for (const auto& metric : metrics) print(metric.name, metric.meaning);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shared/metrics/metric_kinds.h"
#include "shared/metrics/metric_table.h"

namespace forerun {

enum class MetricUnit : std::uint8_t { times, voices, frames, samples, bytes, us, ms, seconds };
enum class MetricWriter : std::uint8_t { mixer, conductor, others, worker };

struct Metric {
    std::string_view name;  // the one name: with its unit where it is a time
    std::string_view kind;
    MetricUnit unit = MetricUnit::times;
    MetricWriter writer = MetricWriter::mixer;
    std::string_view meaning;
};

// What a number in memory is multiplied by to be reported.
constexpr double scale_of(MetricUnit unit) {
    switch (unit) {
    case MetricUnit::us: return 1e-3;
    case MetricUnit::ms: return 1e-6;
    case MetricUnit::seconds: return 1e-9;
    default: return 1;
    }
}
constexpr std::string_view word_of(MetricUnit unit) {
    constexpr std::string_view words[] = {"times", "voices", "frames", "samples", "bytes", "µs", "ms", "s"};
    return words[static_cast<std::size_t>(unit)];
}
constexpr std::string_view word_of(MetricWriter writer) {
    constexpr std::string_view words[] = {"mixer", "conductor", "producers, readers", "worker"};
    return words[static_cast<std::size_t>(writer)];
}

// ---- A figure's field, and its name, by its unit: only times differ, which are nanoseconds in memory.
#define FORERUN_FIELD_times(name) name
#define FORERUN_FIELD_voices(name) name
#define FORERUN_FIELD_frames(name) name
#define FORERUN_FIELD_samples(name) name
#define FORERUN_FIELD_bytes(name) name
#define FORERUN_FIELD_us(name) name##_nanoseconds
#define FORERUN_FIELD_ms(name) name##_nanoseconds
#define FORERUN_FIELD_seconds(name) name##_nanoseconds
#define FORERUN_NAME_times(name) #name
#define FORERUN_NAME_voices(name) #name
#define FORERUN_NAME_frames(name) #name
#define FORERUN_NAME_samples(name) #name
#define FORERUN_NAME_bytes(name) #name
#define FORERUN_NAME_us(name) #name "_us"
#define FORERUN_NAME_ms(name) #name "_ms"
#define FORERUN_NAME_seconds(name) #name "_seconds"

// ---- The fields, for the structs of state_lines.h, each of which has one writer.
#define FORERUN_NO_METRIC(kind, name, unit, meaning)
#define FORERUN_METRIC_FIELD(kind, name, unit, meaning) kind FORERUN_FIELD_##unit(name);
#define FORERUN_MIXER_FIELDS \
    FORERUN_METRICS(FORERUN_METRIC_FIELD, FORERUN_NO_METRIC, FORERUN_NO_METRIC, FORERUN_NO_METRIC)
#define FORERUN_CONDUCTOR_FIELDS \
    FORERUN_METRICS(FORERUN_NO_METRIC, FORERUN_METRIC_FIELD, FORERUN_METRIC_FIELD, FORERUN_NO_METRIC)
#define FORERUN_WORKER_FIELDS \
    FORERUN_METRICS(FORERUN_NO_METRIC, FORERUN_NO_METRIC, FORERUN_NO_METRIC, FORERUN_METRIC_FIELD)

// ---- The table as data, in its order.
#define FORERUN_METRIC_OF(writer, kind, name, unit, meaning) \
    Metric{FORERUN_NAME_##unit(name), #kind, MetricUnit::unit, MetricWriter::writer, meaning},
#define FORERUN_MIXER_METRIC(...) FORERUN_METRIC_OF(mixer, __VA_ARGS__)
#define FORERUN_CONDUCTOR_METRIC(...) FORERUN_METRIC_OF(conductor, __VA_ARGS__)
#define FORERUN_OTHERS_METRIC(...) FORERUN_METRIC_OF(others, __VA_ARGS__)
#define FORERUN_WORKER_METRIC(...) FORERUN_METRIC_OF(worker, __VA_ARGS__)
inline constexpr Metric metrics[] = {
    FORERUN_METRICS(FORERUN_MIXER_METRIC, FORERUN_CONDUCTOR_METRIC, FORERUN_OTHERS_METRIC, FORERUN_WORKER_METRIC)};
#undef FORERUN_MIXER_METRIC
#undef FORERUN_CONDUCTOR_METRIC
#undef FORERUN_OTHERS_METRIC
#undef FORERUN_WORKER_METRIC
#undef FORERUN_METRIC_OF

// The name of a figure, which must be in the table: a misspelt one does not compile.
consteval std::string_view metric_name(std::string_view name) {
    for (const auto& metric : metrics)
        if (metric.name == name) return name;
    throw "there is no such figure in shared/metrics/metric_table.h";
}

}  // namespace forerun
