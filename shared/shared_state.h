// SharedState: the one block of plain data through which rt-engine and script-runtime meet.
//
// Offsets and fixed-width integers only, so that the same block can lie in named shared memory for another process. Sizes
// come from the Configuration and never change. The block is touched when it is made; rt-engine locks it where allowed.
//
// When something is full:
//   slots              a note steals by policy; with nothing to steal or no reserve left it is dropped, counted, notified
//   mixer_commands     the conductor keeps the command and tries again; counted as refused in the queue's header
//   worker_messages    the same
//   mixer_reports      the mixer drops an underrun record (counted in reports_lost) but never a `finished`, which the
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
#include <type_traits>

#include "shared/configuration.h"
#include "shared/messages/event.h"
#include "shared/messages/report.h"
#include "shared/messages/spsc_queue.h"
#include "shared/metrics/metrics.h"
#include "shared/time/sample_clock.h"
#include "shared/timeline/timeline_reader.h"
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

// Owns the block (or looks at somebody else's) and finds things in it.
//
// A const SharedState is the view of who only looks: nothing can be written through it. Mixer and workers have a handle each,
// with which they write what is theirs and nothing else (mixer_side.h, worker_side.h). Who made the block may write all of it.
// A queue has one writer: a second request for it is a mistake in the program and throws std::logic_error.
class SharedState {
public:
    // Bytes that a configuration needs. `workers` must be the final number. Throws BadInput when a size is impossible.
    static std::size_t size_bytes(const Configuration&);
    // Makes a block in own memory and touches every page.
    explicit SharedState(const Configuration&);
    // Looks at a block made elsewhere: nothing when magic, version or size do not match.
    static std::optional<SharedState> attach(std::byte* memory, std::size_t bytes);

    SharedHeader& header() { return *at<SharedHeader>(0); }
    const SharedHeader& header() const { return *at<SharedHeader>(0); }
    SampleClock& clock() { return header().clock; }
    const SampleClock& clock() const { return header().clock; }
    std::span<std::byte> memory() { return {base_, header().size_bytes}; }

    VoiceLine& voice(std::uint32_t slot) { return at<VoiceLine>(header().voice_lines)[slot]; }
    const VoiceLine& voice(std::uint32_t slot) const { return at<VoiceLine>(header().voice_lines)[slot]; }
    ReaderLine& reader(std::uint32_t slot, std::uint32_t reader) {
        return at<ReaderLine>(header().reader_lines)[slot * max_readers + reader];
    }
    const ReaderLine& reader(std::uint32_t slot, std::uint32_t reader) const {
        return at<ReaderLine>(header().reader_lines)[slot * max_readers + reader];
    }
    ReaderLine& mixer_voice(std::uint32_t slot) { return reader(slot, mixer_reader); }
    const ReaderLine& mixer_voice(std::uint32_t slot) const { return reader(slot, mixer_reader); }
    WorkerVoiceLine& worker_voice(std::uint32_t slot) { return at<WorkerVoiceLine>(header().worker_voice_lines)[slot]; }
    const WorkerVoiceLine& worker_voice(std::uint32_t slot) const {
        return at<WorkerVoiceLine>(header().worker_voice_lines)[slot];
    }
    WorkerLine& worker(std::uint32_t index) { return at<WorkerLine>(header().worker_lines)[index]; }
    const WorkerLine& worker(std::uint32_t index) const { return at<WorkerLine>(header().worker_lines)[index]; }
    // Bus meters, then the master's at index buses.
    Meter& meter(std::uint32_t bus) { return at<Meter>(header().meters)[bus]; }
    const Meter& meter(std::uint32_t bus) const { return at<Meter>(header().meters)[bus]; }
    NodeEntry& node(std::uint32_t index) { return at<NodeEntry>(header().nodes)[index]; }
    const NodeEntry& node(std::uint32_t index) const { return at<NodeEntry>(header().nodes)[index]; }
    ParameterEntry& parameter(std::uint32_t index) { return at<ParameterEntry>(header().parameter_entries)[index]; }
    const ParameterEntry& parameter(std::uint32_t index) const {
        return at<ParameterEntry>(header().parameter_entries)[index];
    }
    // The values a note starts with. Written by the conductor before it posts the start, read by the worker in it.
    std::span<float> start_parameters(std::uint32_t slot) {
        const auto n = header().voice_parameters;
        return {at<float>(header().start_parameters) + std::size_t{slot} * n, n};
    }
    // Peak of a quantum of a voice, kept as long as the ring's frames. Relaxed: ordered by the ring's commit.
    std::atomic<float>& level(std::uint32_t slot, std::int64_t quantum) {
        return at<std::atomic<float>>(header().levels)[level_index(slot, quantum)];
    }
    const std::atomic<float>& level(std::uint32_t slot, std::int64_t quantum) const {
        return at<std::atomic<float>>(header().levels)[level_index(slot, quantum)];
    }
    // Channels of rings do not lie a power of two apart: voices that started together would all use the same few sets of
    // every cache.
    RingPool rings() {
        const auto& h = header();
        return {at<float>(h.ring_samples), h.ring_frames, h.ring_channel_stride, h.ring_channels};
    }
    RingMemory ring(std::uint32_t index) { return rings()[index]; }
    // What a reader of a slot's timelines looks at and writes.
    TimelineLines timeline_lines(std::uint32_t slot, std::uint32_t reader_index) {
        return {&voice(slot), &reader(slot, reader_index), &worker_voice(slot), rings(), reader_index};
    }

    QueueWriter<MixerCommand> mixer_command_writer() {
        return queue_writer<MixerCommand>(header().mixer_command_queue);
    }
    QueueReader<MixerCommand> mixer_command_reader() {
        return queue_reader<MixerCommand>(header().mixer_command_queue);
    }
    QueueWriter<MixerReport> mixer_report_writer() { return queue_writer<MixerReport>(header().mixer_report_queue); }
    QueueReader<MixerReport> mixer_report_reader() { return queue_reader<MixerReport>(header().mixer_report_queue); }
    QueueWriter<VoiceMessage> worker_message_writer(std::uint32_t worker) {
        return queue_writer<VoiceMessage>(header().worker_message_queues + worker * header().worker_message_stride);
    }
    QueueReader<VoiceMessage> worker_message_reader(std::uint32_t worker) {
        return queue_reader<VoiceMessage>(header().worker_message_queues + worker * header().worker_message_stride);
    }
    QueueWriter<WorkerReport> worker_report_writer(std::uint32_t worker) {
        return queue_writer<WorkerReport>(header().worker_report_queues + worker * header().worker_report_stride);
    }
    QueueReader<WorkerReport> worker_report_reader(std::uint32_t worker) {
        return queue_reader<WorkerReport>(header().worker_report_queues + worker * header().worker_report_stride);
    }

    // Index of a parameter by (node, name), as people and files address it. Nothing when there is none.
    std::optional<std::uint32_t> find_parameter(std::string_view node, std::string_view name) const;

private:
    SharedState() = default;
    template <typename T>
    T* at(std::uint64_t offset) {
        return reinterpret_cast<T*>(base_ + offset);
    }
    template <typename T>
    const T* at(std::uint64_t offset) const {
        return reinterpret_cast<const T*>(base_ + offset);
    }
    std::size_t level_index(std::uint32_t slot, std::int64_t quantum) const {
        const auto n = header().ring_frames / 64;
        return static_cast<std::size_t>(slot * n + (quantum & (n - 1)));
    }
    template <typename Message>
    QueueReader<Message> queue_reader(std::uint64_t queue) const {
        return {reinterpret_cast<QueueHeader*>(base_ + queue),
                reinterpret_cast<Message*>(base_ + queue + sizeof(QueueHeader))};
    }
    template <typename Message>
    QueueWriter<Message> queue_writer(std::uint64_t queue) {
        claim(*at<QueueHeader>(queue));
        return {at<QueueHeader>(queue), at<Message>(queue + sizeof(QueueHeader))};
    }
    static void claim(QueueHeader& queue);  // for its one writer

    struct Free {
        void operator()(std::byte* memory) const;
    };
    std::unique_ptr<std::byte, Free> owned_;
    std::byte* base_ = nullptr;
};

}  // namespace forerun
