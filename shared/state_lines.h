// What lies in SharedState, line by line: plain structs, each with one thread that writes it.
//
// A process may look at a block that another made, so all of this has a fixed layout: no pointers, no containers, and
// shared_state_version changes with it. Voices' lines are in shared/timeline/, queues' in shared/messages/; where in the block
// each of them is, SharedState finds (shared/shared_state.h).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "shared/metrics/metrics.h"
#include "shared/time/sample_clock.h"

namespace forerun {

inline constexpr std::uint64_t shared_state_magic = 0x4e55524552'4f46ull;  // "FORERUN"
inline constexpr std::uint32_t shared_state_version = 1;
inline constexpr std::size_t max_channels = 8;
inline constexpr std::uint32_t max_workers = 64;

// Mixer meters of one bus or of the master: published about ten times a second. Written by the mixer, read by anybody.
struct Meter {
    std::atomic<float> peak[max_channels]{};  // linear, since the last publication
    std::atomic<float> rms[max_channels]{};
};

// What is counted, by its writer; the table of metrics has the fields. Read by anybody: shared/figures.h copies them.
struct alignas(64) MixerStatistics {
    FORERUN_MIXER_FIELDS
};
struct alignas(64) ConductorStatistics {
    FORERUN_CONDUCTOR_FIELDS
};

// Written by one worker, read by anybody.
struct alignas(64) WorkerLine {
    std::atomic<std::uint64_t> activity{0};  // WorkerActivity
    std::atomic<std::int64_t> activity_since_nanoseconds{0};
    std::atomic<std::uint64_t> reports_waiting{0};  // not yet in the queue, which is full
    // When the newest stretch ended in which the worker had work and was not run (1 ms or more).
    std::atomic<std::int64_t> unscheduled_to_nanoseconds{0};
    std::atomic<std::uint64_t> unscheduled_is_sleep{0};  // it was a sleep that ended late
    FORERUN_WORKER_FIELDS
};

static_assert(std::is_standard_layout_v<MixerStatistics> && std::is_standard_layout_v<ConductorStatistics> &&
              std::is_standard_layout_v<WorkerLine>);

// One parameter of one node. Display value only: voices see parameters as events.
struct ParameterEntry {
    char name[40] = {};
    char unit[12] = {};
    std::uint16_t node = 0;
    std::uint16_t logarithmic = 0;
    float minimum = 0;
    float maximum = 1;
    float default_value = 0;
    std::atomic<float> value{0};
    std::atomic<std::uint32_t> moved{0};  // 1: by a controller, a preset, a player, to what the rig does not say
};

// An instrument as others see it.
struct NodeEntry {
    char name[48] = {};
    std::uint32_t first_parameter = 0;
    std::uint32_t parameter_count = 0;
};

struct SharedHeader {
    std::uint64_t magic = 0;
    std::uint32_t version = 0;
    std::uint32_t header_bytes = 0;
    std::uint64_t size_bytes = 0;
    std::uint64_t instance_id = 0;
    std::atomic<std::uint32_t> active{0};         // 1 while an engine drives it
    std::atomic<std::uint32_t> graph_version{0};  // grows with every rig that is loaded
    Counter heartbeat;                            // grows with every block

    double rate_hz = 0;
    std::uint32_t channels = 0;
    std::uint32_t slots = 0;  // voices + reserve
    std::uint32_t voices = 0;
    std::uint32_t rings = 0;  // two per slot and a spare per worker
    std::int64_t ring_frames = 0;
    std::int64_t ring_channel_stride = 0;
    std::uint32_t ring_channels = 2;
    std::uint32_t workers = 0;
    std::uint32_t buses = 0;
    std::uint32_t instruments = 0;
    std::uint32_t parameters = 0;
    std::uint32_t voice_parameters = 0;
    std::atomic<std::uint32_t> instrument_count{0};
    std::atomic<std::uint32_t> parameter_count{0};
    std::int64_t depth_frames = 0;
    std::uint32_t logs_decisions = 0;  // set before anything starts: mixer and workers report what a replay needs

    // Offsets from the start of the block
    std::uint64_t voice_lines = 0, reader_lines = 0, worker_voice_lines = 0, worker_lines = 0, meters = 0, nodes = 0,
                  parameter_entries = 0, start_parameters = 0, levels = 0, mixer_command_queue = 0,
                  mixer_report_queue = 0, worker_message_queues = 0, worker_report_queues = 0,
                  worker_message_stride = 0, worker_report_stride = 0, ring_samples = 0;

    SampleClock clock;
    // Every event before this engine frame has been handed to the workers; they render no quantum beyond it.
    alignas(64) std::atomic<std::int64_t> horizon_frame{0};
    MixerStatistics mixer;
    ConductorStatistics conductor;
};

}  // namespace forerun
