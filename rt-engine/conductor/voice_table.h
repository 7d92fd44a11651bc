// The slots as the conductor sees them: which note is in which, which voices sound at a frame, which voice to steal.
//
// Every answer is about an engine frame, not about now: a file's events are handled up to a depth ahead of the clock, and
// offline the answers must be the same for every block size and number of workers.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "shared/rig/rig.h"
#include "shared/shared_state.h"

namespace forerun {

struct ConductedVoice {
    std::uint64_t serial = 0;  // 0: the slot is free
    std::int64_t start_frame = 0;
    std::int64_t stop_frame = INT64_MAX;  // where its stop fade begins
    std::uint16_t generation = 0;
    std::uint16_t instrument = 0;
    std::uint16_t version = 0;  // of its script
    std::uint32_t worker = 0;
    int priority = 50;
    std::uint8_t channel = 0;
    std::uint8_t master = 0;  // the channel of what is for all notes of its MPE zone; outside of zones the same
    std::uint8_t key = 0;
    std::uint8_t choke_group = 0;
    bool held = false;       // the key is down
    bool sustained = false;  // the key is up, a pedal holds it
    bool caught = false;     // by the sostenuto pedal
    float release_velocity = usual_release_velocity;
    float gain = 1;  // linear, of the mixer, for the quietest

    bool listens_to(std::uint8_t c) const { return channel == c || master == c; }
};

// [conductor]
class VoiceTable {
public:
    explicit VoiceTable(SharedState& state);

    std::uint32_t size() const { return static_cast<std::uint32_t>(voices_.size()); }
    ConductedVoice& operator[](std::uint32_t slot) { return voices_[slot]; }
    const ConductedVoice& operator[](std::uint32_t slot) const { return voices_[slot]; }
    std::uint32_t used() const { return used_; }

    // Calls function(slot, voice) for every used slot, in the order of serials when it matters to the caller's output.
    template <typename Function>
    void for_each(Function function) {
        for (std::uint32_t s = 0; s < size(); ++s)
            if (voices_[s].serial != 0) function(s, voices_[s]);
    }

    // A free slot with its next generation; nothing when all are used.
    std::optional<std::uint32_t> take();
    // Frees the slots that mixer and worker have both released. True when there were any.
    bool free_released();

    // How far the voice has been rendered, as an engine frame, and where it ends if that is known.
    struct Extent {
        std::int64_t rendered_until = 0;
        std::optional<std::int64_t> end_frame;
    };
    Extent extent(std::uint32_t slot) const;

    // Started, not stopped, and not known to have ended at this frame.
    bool sounds_at(std::uint32_t slot, std::int64_t frame) const;
    std::uint32_t sounding_at(std::int64_t frame, std::optional<std::uint16_t> instrument = std::nullopt) const;
    // Whether the slot may still be held by mixer or worker when everything before `frame` has been mixed.
    bool occupied_at(std::uint32_t slot, std::int64_t frame) const;
    bool all_occupied_at(std::int64_t frame) const;
    // Every voice that starts before `frame` has been rendered as far as whole quanta allow, or has ended.
    bool rendered_until(std::int64_t frame) const;

    // The voice to steal at a frame for a note of this priority, of one instrument or of all: lowest priority first, then
    // released before held, then by policy. Nothing when the policy is none or all have a higher priority.
    std::optional<std::uint32_t> victim(std::int64_t frame, StealPolicy policy, int priority,
                                        std::optional<std::uint16_t> instrument) const;

private:
    float level_at(std::uint32_t slot, std::int64_t frame) const;

    SharedState& state_;
    std::vector<ConductedVoice> voices_;
    std::uint32_t used_ = 0;
};

}  // namespace forerun
