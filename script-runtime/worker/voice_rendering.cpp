#include "script-runtime/worker/voice_rendering.h"

#include <algorithm>

#include "shared/threads/single_writer.h"

namespace forerun {
namespace {

constexpr std::int64_t first_quanta_nanoseconds = 300'000;  // start() and the frames of a new timeline, with room

}  // namespace

// The first engine frame that a timeline published in a moment can still meet: the next block's first, unless that block is
// being mixed now or about to be.
std::int64_t VoiceRendering::earliest_start(std::int64_t clock) const {
    const auto reading = state_.clock().read();
    const auto block_nanoseconds =
        static_cast<std::int64_t>(1e9 * static_cast<double>(configuration_.block_frames) / configuration_.rate_hz);
    const bool between_blocks = reading.frame < clock;
    const bool in_time = monotonic_nanoseconds() + first_quanta_nanoseconds < reading.nanoseconds + block_nanoseconds;
    return between_blocks && in_time ? clock : clock + configuration_.block_frames;
}

// Those that the slot's voice before left it.
void VoiceRendering::take_rings(WorkedVoice& voice) {
    // Relaxed: ordered by the release of the generation before, by way of the conductor.
    const auto& rings = state_.worker_voice(voice.note.slot).rings_plus_one;
    const auto ring_of = [&](std::uint32_t which) {
        const auto ring = rings[which].load(std::memory_order_relaxed);
        return static_cast<std::uint16_t>(ring != 0 ? ring - 1 : 2u * voice.note.slot + which);
    };
    voice.timeline.ring = ring_of(0);
    voice.timeline.other_ring = ring_of(1);
    voice.timeline.writer = RingWriter(state_.ring(voice.timeline.ring), state_.voice(voice.note.slot).written[0], 0);
}

bool VoiceRendering::begin(WorkedVoice& voice, std::int64_t clock) {
    activity_.changes(Activity::starting_voice, voice.note.serial);
    if (!configuration_.offline) voice.start_frame = std::max(voice.start_frame, earliest_start(clock));
    auto& line = state_.voice(voice.note.slot);
    // Relaxed: ordered by the release of the word that publishes the first timeline.
    line.start_frame.store(voice.start_frame, std::memory_order_relaxed);
    line.channels.store(voice.channels, std::memory_order_relaxed);
    line.readers.store(voice.attached().packed(), std::memory_order_relaxed);
    take_rings(voice);
    voice.begun = true;
    voice.whole_quanta = player_.version_of(voice).description.whole_quanta;
    for (auto& event : voice.events) {
        event.frame = std::max(event.frame, voice.start_frame);
        if (!replays_) voice.keep_audible(event, configuration_.rate_hz);
    }
    std::ranges::stable_sort(voice.events, {}, &VoiceMessage::frame);
    for (const auto& event : voice.events) reports_.log_message(voice, voice.timeline.number, event);
    voice.quality_times.exempt_until_frame = std::max(clock, voice.start_frame) + quality_exempt_frames;
    reports_.report(voice, WorkerReportKind::started, voice.start_frame, voice.start_frame - voice.note.frame);

    const bool has_instance = player_.take_instance(voice);
    const auto began = monotonic_nanoseconds();
    if (!has_instance || !player_.start(voice, state_.start_parameters(voice.note.slot))) {
        output_.fail(voice, host_.error());
        return false;
    }
    costs_.charge_start(voice, began, monotonic_nanoseconds());
    return true;
}

void VoiceRendering::render_quantum(WorkedVoice& voice) {
    const auto began = time_.now();
    bool ended = false;
    if (!player_.render(voice, ended)) {
        output_.commit(voice, player_.part_frames(), true);
        return output_.fail(voice, host_.error());
    }
    output_.commit(voice, quantum_frames, ended && voice.replay.may_end);

    time_.read();
    if (probe_.quantum_rendered(time_.now() - began)) time_.read();
    const auto took = time_.now() - began;
    line_.quantum_nanoseconds.add(static_cast<std::uint64_t>(took));
    usual_.add(took);
    bump(line_.frames_rendered, quantum_frames);
    costs_.charge_quantum(voice, began, time_.now());
    if (probe_) time_.read();  // what it added is no part of the next one
}

}  // namespace forerun
