// SharedState: the one block of plain data through which rt-engine and script-runtime meet.
//
// Offsets and fixed-width integers only, so that the same block can lie in named shared memory for another process. Sizes
// come from the Configuration and never change. The block is touched when it is made; rt-engine locks it where allowed.
//
// When something is full:
//   slots              a note steals by policy; with nothing to steal or no reserve left it is dropped, counted, notified
//   mixer_commands     the conductor keeps the command and tries again; counted as refused in the queue's header
//   worker_messages    the same
//   mixer_reports      the mixer drops an underrun record (counted in lost_reports) but never a `finished`, which the
//                      conductor also sees in the slot's released_generation_plus_one
//   worker_reports     the worker keeps the report and tries again
//   parameters, instruments, buses   loading the rig fails with BadInput
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "shared/configuration.h"
#include "shared/messages/event.h"
#include "shared/messages/report.h"
#include "shared/messages/spsc_queue.h"
#include "shared/metrics/histogram.h"
#include "shared/time/sample_clock.h"
#include "shared/timeline/voice_line.h"
#include "shared/timeline/voice_ring.h"

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

// Written by the mixer, read by anybody.
struct alignas(64) MixerStatistics {
    std::atomic<std::uint64_t> callbacks{0};
    std::atomic<std::uint64_t> underrun_events{0};
    std::atomic<std::uint64_t> underrun_frames{0};
    std::atomic<std::uint64_t> underrun_events_by_activity[static_cast<std::size_t>(Activity::count)]{};
    std::atomic<std::uint64_t> late_starts{0};
    std::atomic<std::uint64_t> switches{0};       // rewound timelines that were taken
    std::atomic<std::uint64_t> late_switches{0};  // of these after their own frame, with a crossfade
    std::atomic<std::uint64_t> lost_reports{0};
    std::atomic<std::uint64_t> limited_frames{0};      // the limiter turned something down
    std::atomic<std::uint64_t> non_finite_samples{0};  // NaN or infinity that reached the sum
    Histogram callback_nanoseconds;                    // inside Mixer::process
    Histogram interval_nanoseconds;                    // between starts of callbacks
    Histogram lateness_frames;                         // of switches: frames between an event's own and its first heard
    Histogram response_nanoseconds;  // live events: from their arrival to the start of the first block that holds them
};

// Written by one worker, read by anybody.
struct alignas(64) WorkerLine {
    std::atomic<std::uint64_t> activity{0};  // WorkerActivity
    std::atomic<std::int64_t> activity_since_nanoseconds{0};
    std::atomic<std::int64_t> busy_nanoseconds{0};  // with its voices, its queues and its turns; by the monotonic clock
    std::atomic<std::int64_t> cpu_nanoseconds{0};   // CPU time of the thread since it was warm
    std::atomic<std::int64_t> garbage_nanoseconds{0};
    std::atomic<std::uint64_t> frames_rendered{0};
    std::atomic<std::uint64_t> voices{0};  // assigned now
    std::atomic<std::uint64_t> lua_bytes{0};
    std::atomic<std::uint64_t> late_events{0};  // applied after their own frame, or never: the voice had ended
    std::atomic<std::uint64_t> skips{0};
    std::atomic<std::uint64_t> reports_waiting{0};  // not yet in the queue, which is full
    std::atomic<std::uint64_t> sleeps{0};           // times it had nothing to do
    std::atomic<std::uint64_t> rewinds{0};
    std::atomic<std::uint64_t> rewinds_again{0};      // of these replaced a timeline that had not been taken
    std::atomic<std::uint64_t> rewinds_overtaken{0};  // given up: the mixer had just taken what was to be replaced
    std::atomic<std::uint64_t> frames_discarded{0};   // rendered, and taken back
    std::atomic<std::uint64_t> frames_repeated{0};   // rendered between a checkpoint and its event, for the state alone
    std::atomic<std::uint64_t> events_moved{0};      // older than the oldest checkpoint
    std::atomic<std::uint64_t> load_thousandths{0};  // busy part of the newest 20 ms
    std::atomic<std::uint64_t> shallow_voices{0};    // voices with many rewinds that are kept at the floor now
    std::atomic<std::uint64_t> most_shallow_voices{0};
    std::atomic<std::uint64_t> quality_changes{0};
    // The newest stretch in which the worker had work and was not run (1 ms or more), and all of them together.
    std::atomic<std::int64_t> unscheduled_from_nanoseconds{0};
    std::atomic<std::int64_t> unscheduled_to_nanoseconds{0};
    std::atomic<std::int64_t> unscheduled_nanoseconds{0};
    std::atomic<std::uint64_t> unscheduled_is_sleep{0};  // the newest one was a sleep that ended late
    Histogram quantum_nanoseconds;                       // render time of a quantum
    Histogram waiting_nanoseconds;  // live events that wait for the buffer: from arrival until the clock is there
    Histogram rewind_nanoseconds;   // from the decision to the publication
    Histogram floor_nanoseconds;    // from there until the voice had its floor again
    Histogram checkpoint_nanoseconds;
    Histogram garbage_step_nanoseconds;
};

// Written by the conductor, read by anybody.
struct alignas(64) ConductorStatistics {
    std::atomic<std::uint64_t> events{0};
    std::atomic<std::uint64_t> notes{0};
    std::atomic<std::uint64_t> voices_started{0};
    std::atomic<std::uint64_t> voices_stolen{0};
    std::atomic<std::uint64_t> notes_dropped{0};
    std::atomic<std::uint64_t> events_refused{0};  // by a full producer queue (written by producers)
    std::atomic<std::uint64_t> notifications_lost{0};
    std::atomic<std::uint64_t> most_voices{0};
};

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
    std::atomic<std::uint64_t> heartbeat{0};      // grows with every block

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
    std::uint64_t voice_lines = 0, mixer_lines = 0, worker_voice_lines = 0, worker_lines = 0, meters = 0, nodes = 0,
                  parameter_entries = 0, start_parameters = 0, levels = 0, mixer_command_queue = 0,
                  mixer_report_queue = 0, worker_message_queues = 0, worker_report_queues = 0,
                  worker_message_stride = 0, worker_report_stride = 0, ring_samples = 0;

    SampleClock clock;
    // Every event before this engine frame has been handed to the workers; they render no quantum beyond it.
    alignas(64) std::atomic<std::int64_t> horizon_frame{0};
    MixerStatistics mixer;
    ConductorStatistics conductor;
};

// Owns the block (or looks at somebody else's) and finds things in it.
class SharedState {
public:
    // Bytes that a configuration needs. `workers` must be the final number. Throws BadInput when a size is impossible.
    static std::size_t size_bytes(const Configuration&);
    // Makes a block in own memory and touches every page.
    explicit SharedState(const Configuration&);
    // Looks at a block made elsewhere: nothing when magic, version or size do not match.
    static std::optional<SharedState> attach(std::byte* memory, std::size_t bytes);

    SharedHeader& header() const { return *reinterpret_cast<SharedHeader*>(base_); }
    SampleClock& clock() const { return header().clock; }
    std::span<std::byte> memory() const { return {base_, header().size_bytes}; }

    VoiceLine& voice(std::uint32_t slot) const { return at<VoiceLine>(header().voice_lines)[slot]; }
    MixerVoiceLine& mixer_voice(std::uint32_t slot) const { return at<MixerVoiceLine>(header().mixer_lines)[slot]; }
    WorkerVoiceLine& worker_voice(std::uint32_t slot) const {
        return at<WorkerVoiceLine>(header().worker_voice_lines)[slot];
    }
    WorkerLine& worker(std::uint32_t index) const { return at<WorkerLine>(header().worker_lines)[index]; }
    // Bus meters, then the master's at index buses.
    Meter& meter(std::uint32_t bus) const { return at<Meter>(header().meters)[bus]; }
    NodeEntry& node(std::uint32_t index) const { return at<NodeEntry>(header().nodes)[index]; }
    ParameterEntry& parameter(std::uint32_t index) const {
        return at<ParameterEntry>(header().parameter_entries)[index];
    }
    // The values a note starts with. Written by the conductor before it posts the start, read by the worker in it.
    std::span<float> start_parameters(std::uint32_t slot) const {
        const auto n = header().voice_parameters;
        return {at<float>(header().start_parameters) + std::size_t{slot} * n, n};
    }
    // Peak of a quantum of a voice, kept as long as the ring's frames. Relaxed: ordered by the ring's commit.
    std::atomic<float>& level(std::uint32_t slot, std::int64_t quantum) const {
        const auto n = header().ring_frames / 64;
        return at<std::atomic<float>>(header().levels)[slot * n + (quantum & (n - 1))];
    }
    // Channels of rings do not lie a power of two apart: voices that started together would all use the same few sets of
    // every cache.
    RingMemory ring(std::uint32_t index) const {
        const auto& h = header();
        return {at<float>(h.ring_samples) + index * h.ring_channels * h.ring_channel_stride, h.ring_frames,
                h.ring_channel_stride};
    }

    QueueWriter<MixerCommand> mixer_command_writer() const {
        return queue<QueueWriter<MixerCommand>, MixerCommand>(header().mixer_command_queue);
    }
    QueueReader<MixerCommand> mixer_command_reader() const {
        return queue<QueueReader<MixerCommand>, MixerCommand>(header().mixer_command_queue);
    }
    QueueWriter<MixerReport> mixer_report_writer() const {
        return queue<QueueWriter<MixerReport>, MixerReport>(header().mixer_report_queue);
    }
    QueueReader<MixerReport> mixer_report_reader() const {
        return queue<QueueReader<MixerReport>, MixerReport>(header().mixer_report_queue);
    }
    QueueWriter<VoiceMessage> worker_message_writer(std::uint32_t worker) const {
        return queue<QueueWriter<VoiceMessage>, VoiceMessage>(header().worker_message_queues +
                                                              worker * header().worker_message_stride);
    }
    QueueReader<VoiceMessage> worker_message_reader(std::uint32_t worker) const {
        return queue<QueueReader<VoiceMessage>, VoiceMessage>(header().worker_message_queues +
                                                              worker * header().worker_message_stride);
    }
    QueueWriter<WorkerReport> worker_report_writer(std::uint32_t worker) const {
        return queue<QueueWriter<WorkerReport>, WorkerReport>(header().worker_report_queues +
                                                              worker * header().worker_report_stride);
    }
    QueueReader<WorkerReport> worker_report_reader(std::uint32_t worker) const {
        return queue<QueueReader<WorkerReport>, WorkerReport>(header().worker_report_queues +
                                                              worker * header().worker_report_stride);
    }

    // Index of a parameter by (node, name), as people and files address it. Nothing when there is none.
    std::optional<std::uint32_t> find_parameter(std::string_view node, std::string_view name) const;

private:
    SharedState() = default;
    template <typename T>
    T* at(std::uint64_t offset) const {
        return reinterpret_cast<T*>(base_ + offset);
    }
    template <typename Queue, typename Message>
    Queue queue(std::uint64_t offset) const {
        return {at<QueueHeader>(offset), at<Message>(offset + sizeof(QueueHeader))};
    }

    struct Free {
        void operator()(std::byte* memory) const;
    };
    std::unique_ptr<std::byte, Free> owned_;
    std::byte* base_ = nullptr;
};

}  // namespace forerun
