// Allocates a slot, a serial number and a worker for a note, within the polyphony of its instrument and of the engine.
//
// VoiceTable::victim chooses which voice to steal; this decides how often, and when stealing is not possible.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "rt-engine/conductor/voice_table.h"

namespace forerun {

// [conductor]
class VoiceAllocator {
public:
    VoiceAllocator(VoiceTable& voices, std::uint32_t most_voices, std::uint32_t workers)
        : voices_(voices), most_voices_(most_voices), voices_of_worker_(workers) {}

    // Whether a note of this instrument needs another voice's place at a frame. As far as is known: a voice not rendered up
    // to there may yet be found to have ended.
    bool is_full(std::int64_t frame, std::uint16_t index, const InstrumentDescription& instrument) const {
        return voices_.sounding_at(frame, index) >= instrument.polyphony || voices_.sounding_at(frame) >= most_voices_;
    }

    // Calls stop(slot) for each voice to steal. False: too few may be stolen, and the note is dropped.
    template <typename Stop>
    bool make_room(std::int64_t frame, std::uint16_t index, const InstrumentDescription& instrument, Stop stop) {
        const auto steal = [&](std::optional<std::uint16_t> of, std::uint32_t most) {
            while (voices_.sounding_at(frame, of) >= most) {
                const auto slot = voices_.victim(frame, instrument.steal, instrument.priority, of);
                if (!slot) return false;
                stop(*slot);
            }
            return true;
        };
        return steal(index, instrument.polyphony) && steal(std::nullopt, most_voices_);
    }

    // A free slot, its voice with the next serial number and the worker that has the fewest. Nothing: all slots are in use.
    std::optional<std::uint32_t> take() {
        auto slot = voices_.take();
        if (!slot) {
            voices_.free_released();
            slot = voices_.take();
        }
        if (!slot) return std::nullopt;
        const auto least_busy = std::ranges::min_element(voices_of_worker_);
        auto& voice = voices_[*slot];
        voice.serial = next_serial_++;
        voice.worker = static_cast<std::uint32_t>(least_busy - voices_of_worker_.begin());
        ++*least_busy;
        return slot;
    }

    // Each worker's load is recounted now and then; in between, voices that began are added.
    void count_voices() {
        std::ranges::fill(voices_of_worker_, 0u);
        voices_.for_each([&](std::uint32_t, ConductedVoice& voice) { ++voices_of_worker_[voice.worker]; });
    }

private:
    VoiceTable& voices_;
    const std::uint32_t most_voices_;
    std::vector<std::uint32_t> voices_of_worker_;
    std::uint64_t next_serial_ = 1;
};

}  // namespace forerun
