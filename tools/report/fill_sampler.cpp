#include "tools/report/fill_sampler.h"

#include <algorithm>

namespace forerun {

bool read_fill(const SharedState& state, std::uint32_t slot, std::int64_t engine_frame, std::int64_t& fill_frames,
               bool& ended) {
    const auto& line = state.voice(slot);
    // Acquire: pairs with the worker's publish, so start_frame and the lane belong to this word.
    const auto word = VoiceWord::unpacked(line.word.load(std::memory_order_acquire));
    if (word.state == WordState::empty || word.lane >= VoiceLine::lanes) return false;
    // A slot that was handed out again shows its old word until the new voice is published.
    if (state.mixer_voice(slot).released_generation_plus_one.load(std::memory_order_acquire) == word.generation + 1u)
        return false;
    const auto written = WrittenFrames::unpacked(line.written[word.lane].load(std::memory_order_acquire));
    const auto voice_frame = engine_frame - line.start_frame.load(std::memory_order_relaxed);
    if (voice_frame < 0) return false;
    fill_frames = std::max<std::int64_t>(0, written.frames - voice_frame);
    ended = written.ended;
    return true;
}

void FillSampler::sample() {
    const auto& state = engine_.state();
    voices_.clear();
    ++samples_;
    for (std::uint32_t s = 0; s < current_.size(); ++s) {
        const auto slot = engine_.slot(s);
        auto& least = current_[s];
        if (least.serial != slot.serial && least.serial != 0) {
            past_.push_back(least);
            least = {};
        }
        if (slot.serial == 0) continue;
        VoiceFill voice{
            .slot = s, .serial = slot.serial, .instrument = slot.instrument, .channel = slot.channel, .key = slot.key};
        if (!read_fill(state, s, state.clock().frame(), voice.fill_frames, voice.ended)) continue;
        // The slot may have passed to another note in between: then what was read is of neither.
        if (engine_.slot(s).serial != slot.serial) continue;
        voices_.push_back(voice);
        if (voice.ended || slot.stopped) continue;
        if (least.serial == 0 || voice.fill_frames < least.frames)
            least = {slot.serial, slot.instrument, slot.channel, slot.key, voice.fill_frames};
    }
}

std::vector<LeastFill> FillSampler::least() const {
    auto all = past_;
    for (const auto& voice : current_)
        if (voice.serial != 0) all.push_back(voice);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.serial < b.serial; });
    return all;
}

}  // namespace forerun
