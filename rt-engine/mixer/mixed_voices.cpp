#include "rt-engine/mixer/mixed_voices.h"

#include <algorithm>

namespace forerun {
namespace {

// How many voices ahead lines and samples are asked for, so that they are there when their voice's turn comes.
constexpr std::size_t lines_ahead = 8;
constexpr std::size_t samples_ahead = 6;

}  // namespace

MixedVoices::MixedVoices(std::uint32_t slots) : voices_(slots), sounding_(slots) { order_.reserve(voices_.size()); }

// ---- Commands

void MixedVoices::start(const MixerCommand& command, std::int64_t now, const VoiceTools& tools) noexcept {
    if (command.slot >= voices_.size()) return;
    // The conductor hands a slot out again only after its release, so it is free here; if not, the old voice gives way.
    if (sounding_[command.slot] != 0) {
        voices_[command.slot].release(now, tools);
        order_.erase(std::find(order_.begin(), order_.end(), command.slot));
    }
    voices_[command.slot].start(command, tools.state);
    sounding_[command.slot] = command.serial;
    const auto place =
        std::upper_bound(order_.begin(), order_.end(), command.serial,
                         [&](std::uint64_t serial, std::uint16_t slot) { return serial < sounding_[slot]; });
    order_.insert(place, command.slot);  // within what was reserved
}

void MixedVoices::stop(const MixerCommand& command, std::int64_t now) noexcept {
    if (lives(command)) voices_[command.slot].stop(command.frame, now);
}

void MixedVoices::change_gain(const MixerCommand& command, GainChange& change) noexcept {
    if (lives(command)) voices_[command.slot].change_gain(change);
}

bool MixedVoices::lives(const MixerCommand& command) const noexcept {
    return command.slot < voices_.size() && sounding_[command.slot] != 0 &&
           voices_[command.slot].generation() == command.generation;
}

// ---- Signal path

void MixedVoices::prefetch_first(std::int64_t from, std::int64_t frames) const noexcept {
    for (std::size_t i = 0; i < std::min(lines_ahead, order_.size()); ++i) {
        voices_[order_[i]].prefetch_line();
        if (i < samples_ahead) voices_[order_[i]].prefetch_samples(from, frames);
    }
}

void MixedVoices::mix(const Block& block, const VoiceTools& tools) noexcept {
    if (block.stems == nullptr)
        mix_all<false>(block, tools);
    else
        mix_all<true>(block, tools);
}

template <bool with_stems>
void MixedVoices::mix_all(const Block& to, const VoiceTools& tools) noexcept {
    const std::size_t count = order_.size();
    std::size_t kept = 0;
    PlainBatch batch;
    if constexpr (with_stems) to.stems->begin_block(to.from, to.frames);
    for (std::size_t i = 0; i < count; ++i) {
        if (i + lines_ahead < count) voices_[order_[i + lines_ahead]].prefetch_line();
        if (i + samples_ahead < count) voices_[order_[i + samples_ahead]].prefetch_samples(to.from, to.frames);
        const std::uint16_t slot = order_[i];
        MixedVoice& voice = voices_[slot];
        MixBus& bus = to.buses[voice.bus()];
        StemBlock stem;
        if constexpr (with_stems) stem = to.stems->block_of(voice.instrument());
        const VoiceBlock block{to.from, to.from + to.frames, bus.left(to.frames), bus.right(), stem};
        order_[kept] = slot;
        if (voice.mix_plain(block, batch)) {
            ++kept;
            continue;
        }
        batch.flush();  // what came before is summed before
        if (voice.mix(block, tools)) {
            ++kept;
        } else {
            sounding_[slot] = 0;
        }
    }
    batch.flush();
    if constexpr (with_stems) to.stems->end_block();
    order_.resize(kept);
}

void MixedVoices::end_underruns(std::int64_t frame, const VoiceTools& tools) noexcept {
    for (const auto slot : order_) voices_[slot].end_underrun(frame, tools);
}

bool MixedVoices::ready_until(std::int64_t until, std::int64_t now) const noexcept {
    return std::all_of(order_.begin(), order_.end(),
                       [&](std::uint16_t slot) { return voices_[slot].ready_until(until, now); });
}

}  // namespace forerun
