#include "rt-engine/conductor/voice_table.h"

#include <tuple>

#include "shared/time/quantum.h"

namespace forerun {

VoiceTable::VoiceTable(SharedState& state) : state_(state), voices_(state.header().slots) {}

std::optional<std::uint32_t> VoiceTable::take() {
    for (std::uint32_t s = 0; s < size(); ++s) {
        auto& voice = voices_[s];
        if (voice.serial != 0) continue;
        const auto generation = static_cast<std::uint16_t>((voice.generation + 1) % VoiceWord::generation_count);
        voice = {};
        voice.generation = generation;
        ++used_;
        return s;
    }
    return std::nullopt;
}

bool VoiceTable::free_released() {
    bool any = false;
    for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        const auto generation = std::uint32_t{voice.generation} + 1;
        // Acquire: pairs with the worker's release, the last thing it does for this generation (after the mixer's).
        if (state_.worker_voice(slot).released_generation_plus_one.load(std::memory_order_acquire) != generation)
            return;
        voice.serial = 0;
        --used_;
        any = true;
    });
    return any;
}

VoiceTable::Extent VoiceTable::extent(std::uint32_t slot) const {
    const auto& line = state_.voice(slot);
    // Acquire: pairs with the worker's publication, which orders start_frame.
    const auto word = VoiceWord::unpacked(line.word.load(std::memory_order_acquire));
    if (word.state == WordState::empty || word.generation != voices_[slot].generation)
        return {voices_[slot].start_frame, std::nullopt};
    const auto written = WrittenFrames::unpacked(line.written[word.lane].load(std::memory_order_acquire));
    const auto until = line.start_frame.load(std::memory_order_relaxed) + written.frames;
    if (written.ended) return {until, until};
    return {until, std::nullopt};
}

bool VoiceTable::sounds_at(std::uint32_t slot, std::int64_t frame) const {
    const auto& voice = voices_[slot];
    if (voice.serial == 0 || voice.start_frame > frame || voice.stop_frame <= frame) return false;
    const auto end = extent(slot).end_frame;
    return !end || *end > frame;
}

std::uint32_t VoiceTable::sounding_at(std::int64_t frame, std::optional<std::uint16_t> instrument) const {
    std::uint32_t count = 0;
    for (std::uint32_t s = 0; s < size(); ++s)
        if ((!instrument || voices_[s].instrument == *instrument) && sounds_at(s, frame)) ++count;
    return count;
}

bool VoiceTable::occupied_at(std::uint32_t slot, std::int64_t frame) const {
    const auto& voice = voices_[slot];
    if (voice.serial == 0) return false;
    // Both ends are followed by a fade; the quantum is what the mixer may not be driven up to (see Engine::render).
    if (voice.stop_frame != INT64_MAX &&
        std::max(voice.stop_frame, voice.start_frame) + stop_fade_frames + quantum_frames <= frame)
        return false;
    const auto end = extent(slot).end_frame;
    return !end || *end + fade_frames + quantum_frames > frame;
}

bool VoiceTable::all_occupied_at(std::int64_t frame) const {
    for (std::uint32_t s = 0; s < size(); ++s)
        if (!occupied_at(s, frame)) return false;
    return true;
}

bool VoiceTable::rendered_until(std::int64_t frame) const {
    for (std::uint32_t s = 0; s < size(); ++s) {
        const auto& voice = voices_[s];
        if (voice.serial == 0 || voice.start_frame + quantum_frames > frame) continue;
        if (voice.stop_frame <= frame) continue;
        const auto extent = this->extent(s);
        if (!extent.end_frame && extent.rendered_until + quantum_frames <= frame) return false;
    }
    return true;
}

float VoiceTable::level_at(std::uint32_t slot, std::int64_t frame) const {
    const auto& voice = voices_[slot];
    const auto quantum = (frame - voice.start_frame) / quantum_frames - 1;  // the last whole one before the frame
    if (quantum < 0) return 1e9f;                                           // too young to be judged
    return state_.level(slot, quantum).load(std::memory_order_relaxed) * voice.gain;
}

std::optional<std::uint32_t> VoiceTable::victim(std::int64_t frame, StealPolicy policy, int priority,
                                                std::optional<std::uint16_t> instrument) const {
    if (policy == StealPolicy::none) return std::nullopt;
    std::optional<std::uint32_t> best;
    std::tuple<int, bool, float, std::uint64_t> best_key;
    for (std::uint32_t s = 0; s < size(); ++s) {
        const auto& voice = voices_[s];
        if ((instrument && voice.instrument != *instrument) || voice.priority > priority || !sounds_at(s, frame))
            continue;
        const float level = policy == StealPolicy::quietest ? level_at(s, frame) : 0;
        const std::tuple key{voice.priority, voice.held || voice.sustained, level, voice.serial};
        if (!best || key < best_key) {
            best = s;
            best_key = key;
        }
    }
    return best;
}

}  // namespace forerun
