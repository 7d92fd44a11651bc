#include "shared/shared_state.h"

#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <new>
#include <random>
#include <stdexcept>

#include "shared/bad_input.h"
#include "shared/time/quantum.h"

namespace forerun {
namespace {

static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<float>::is_always_lock_free);

constexpr std::align_val_t block_alignment{4096};

// Nine cache lines: with blocks of 64 frames (four lines) neighbours do not overlap, and nine is odd.
constexpr std::int64_t ring_stagger_frames = 9 * 16;

// Hands out offsets, each on a cache line of its own.
class Layout {
public:
    std::uint64_t take(std::uint64_t bytes) {
        const auto offset = used_;
        used_ += (bytes + 63) / 64 * 64;
        return offset;
    }
    std::uint64_t used() const { return used_; }

private:
    std::uint64_t used_ = 0;
};

std::uint64_t queue_bytes(std::uint32_t capacity, std::size_t message_bytes) {
    return sizeof(QueueHeader) + std::uint64_t{capacity} * message_bytes;
}

std::uint32_t power_of_two(std::uint32_t wanted) { return std::bit_ceil(std::max(2u, wanted)); }

// Fills in sizes and offsets; the same function computes how much memory is needed.
std::uint64_t lay_out(const Configuration& c, SharedHeader& h) {
    h.rate_hz = c.rate_hz;
    h.channels = c.channels;
    h.voices = c.voices;
    h.slots = c.voices + c.reserve_voices;
    h.workers = c.workers;
    h.rings = 2 * h.slots + h.workers;
    h.depth_frames = std::max(c.depth_frames, least_depth_frames(c.block_frames));
    h.ring_frames =
        static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(h.depth_frames + 2 * quantum_frames)));
    h.ring_channel_stride = h.ring_frames + ring_stagger_frames;
    h.buses = c.buses;
    h.instruments = c.instruments;
    h.parameters = c.parameters;
    h.voice_parameters = c.voice_parameters;
    if (c.workers == 0 || c.workers > max_workers)
        throw BadInput("workers: " + std::to_string(c.workers) + " is not between 1 and " +
                       std::to_string(max_workers));
    if (!(c.rate_hz >= least_rate_hz && c.rate_hz <= most_rate_hz))
        throw BadInput("rate: " + std::to_string(std::llround(c.rate_hz)) + " Hz is not between 8000 and 384000");
    if (c.block_frames < 1 || c.block_frames > c.max_block_frames)
        throw BadInput("block: " + std::to_string(c.block_frames) + " frames is not between 1 and " +
                       std::to_string(c.max_block_frames));
    if (c.channels == 0 || c.channels > max_channels)
        throw BadInput("channels: " + std::to_string(c.channels) + " is not between 1 and 8");
    if (c.voices == 0 || h.rings > VoiceWord::max_rings)
        throw BadInput("voices: " + std::to_string(c.voices) + " is not between 1 and " +
                       std::to_string((VoiceWord::max_rings - max_workers) / 2 - c.reserve_voices));
    if (h.depth_frames > (1 << 22))
        throw BadInput("depth: " + std::to_string(c.depth_frames) + " frames is more than " + std::to_string(1 << 22) +
                       "; choose less");

    Layout layout;
    layout.take(sizeof(SharedHeader));
    h.voice_lines = layout.take(h.slots * sizeof(VoiceLine));
    h.reader_lines = layout.take(h.slots * max_readers * sizeof(ReaderLine));
    h.worker_voice_lines = layout.take(h.slots * sizeof(WorkerVoiceLine));
    h.worker_lines = layout.take(h.workers * sizeof(WorkerLine));
    h.meters = layout.take((h.buses + 1) * sizeof(Meter));
    h.nodes = layout.take(h.instruments * sizeof(NodeEntry));
    h.parameter_entries = layout.take(h.parameters * sizeof(ParameterEntry));
    h.start_parameters = layout.take(std::uint64_t{h.slots} * h.voice_parameters * sizeof(float));
    h.levels = layout.take(h.slots * static_cast<std::uint64_t>(h.ring_frames / quantum_frames) * sizeof(float));
    h.mixer_command_queue = layout.take(queue_bytes(power_of_two(c.mixer_commands), sizeof(MixerCommand)));
    h.mixer_report_queue = layout.take(queue_bytes(power_of_two(c.reports), sizeof(MixerReport)));
    h.worker_message_stride = (queue_bytes(power_of_two(c.worker_messages), sizeof(VoiceMessage)) + 63) / 64 * 64;
    h.worker_message_queues = layout.take(h.workers * h.worker_message_stride);
    h.worker_report_stride = (queue_bytes(power_of_two(c.reports), sizeof(WorkerReport)) + 63) / 64 * 64;
    h.worker_report_queues = layout.take(h.workers * h.worker_report_stride);
    h.ring_samples = layout.take(0);
    layout.take(std::uint64_t{h.rings} * static_cast<std::uint64_t>(h.ring_channel_stride) * h.ring_channels *
                sizeof(float));
    return layout.used();
}

template <typename T>
void construct(std::byte* memory, std::uint64_t offset, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) new (memory + offset + i * sizeof(T)) T;
}

void make_queue(std::byte* memory, std::uint64_t offset, std::uint32_t capacity) {
    (new (memory + offset) QueueHeader)->capacity = power_of_two(capacity);
}

}  // namespace

void SharedState::Free::operator()(std::byte* memory) const { ::operator delete(memory, block_alignment); }

std::size_t SharedState::size_bytes(const Configuration& configuration) {
    SharedHeader header;
    return lay_out(configuration, header);
}

SharedState::SharedState(const Configuration& configuration) {
    const auto bytes = size_bytes(configuration);
    owned_.reset(static_cast<std::byte*>(::operator new(bytes, block_alignment)));
    base_ = owned_.get();
    std::memset(base_, 0, bytes);  // touches every page, so that the audio thread never faults on one
    auto& h = *new (base_) SharedHeader;
    lay_out(configuration, h);
    construct<VoiceLine>(base_, h.voice_lines, h.slots);
    construct<ReaderLine>(base_, h.reader_lines, std::uint64_t{h.slots} * max_readers);
    construct<WorkerVoiceLine>(base_, h.worker_voice_lines, h.slots);
    construct<WorkerLine>(base_, h.worker_lines, h.workers);
    construct<Meter>(base_, h.meters, h.buses + 1);
    construct<NodeEntry>(base_, h.nodes, h.instruments);
    construct<ParameterEntry>(base_, h.parameter_entries, h.parameters);
    make_queue(base_, h.mixer_command_queue, configuration.mixer_commands);
    make_queue(base_, h.mixer_report_queue, configuration.reports);
    for (std::uint32_t w = 0; w < h.workers; ++w) {
        make_queue(base_, h.worker_message_queues + w * h.worker_message_stride, configuration.worker_messages);
        make_queue(base_, h.worker_report_queues + w * h.worker_report_stride, configuration.reports);
    }
    h.version = shared_state_version;
    h.header_bytes = sizeof(SharedHeader);
    h.size_bytes = bytes;
    std::random_device random;
    h.instance_id = std::uint64_t{random()} << 32 | random();
    // Release: a process that attaches and sees the magic sees everything above.
    std::atomic_ref(h.magic).store(shared_state_magic, std::memory_order_release);
}

std::optional<SharedState> SharedState::attach(std::byte* memory, std::size_t bytes) {
    if (bytes < sizeof(SharedHeader)) return std::nullopt;
    auto& h = *reinterpret_cast<SharedHeader*>(memory);
    if (std::atomic_ref(h.magic).load(std::memory_order_acquire) != shared_state_magic) return std::nullopt;
    if (h.version != shared_state_version || h.header_bytes != sizeof(SharedHeader) || h.size_bytes > bytes)
        return std::nullopt;
    SharedState state;
    state.base_ = memory;
    return state;
}

void SharedState::claim(QueueHeader& queue) {
    if (queue.has_writer.exchange(1, std::memory_order_relaxed) != 0)
        throw std::logic_error("a queue of SharedState has a writer already");
}

std::optional<std::uint32_t> SharedState::find_parameter(std::string_view node_name, std::string_view name) const {
    const auto nodes = header().instrument_count.load(std::memory_order_acquire);
    for (std::uint32_t n = 0; n < nodes; ++n) {
        const auto& entry = node(n);
        if (node_name != entry.name) continue;
        for (std::uint32_t p = entry.first_parameter; p < entry.first_parameter + entry.parameter_count; ++p)
            if (name == parameter(p).name) return p;
    }
    return std::nullopt;
}

}  // namespace forerun
