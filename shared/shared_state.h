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

#include "shared/configuration.h"
#include "shared/messages/event.h"
#include "shared/messages/report.h"
#include "shared/messages/spsc_queue.h"
#include "shared/state_lines.h"
#include "shared/timeline/timeline_reader.h"
#include "shared/timeline/voice_line.h"
#include "shared/timeline/voice_ring.h"

namespace forerun {

// Owns the block (or looks at somebody else's) and finds things in it.
//
// A const SharedState is the view of who only looks: nothing can be written through it. Mixer and workers have a handle each,
// with which they write what is theirs and nothing else (mixer_side.h, worker_side.h). Who made the block may write all of it.
// A queue has one writer: a second request for it is a mistake in the program and throws std::logic_error.
//
// Its functions are many, but one idea: one for each kind of thing in the block, and a const one beside it for who only looks.
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
        const auto n = header().ring_frames / quantum_frames;
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
