// The voices that sound, by their slots, and the order in which they are summed: that of their serials.
//
// So the sum of a block has the same bits whatever slots the conductor has handed out, and in whatever order their commands
// came. What the next voices need is asked for some voices ahead, which is most of what mixing many voices costs.
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/mixer/mix_bus.h"
#include "rt-engine/mixer/mixed_voice.h"
#include "rt-engine/mixer/stem_ring.h"

namespace forerun {

// Belongs to the audio thread; allocates only in its constructor.
class MixedVoices {
public:
    explicit MixedVoices(std::uint32_t slots);

    // ---- Commands. `now` is the first frame not yet mixed. What is meant for another generation changes nothing.
    void start(const MixerCommand& command, std::int64_t now, const VoiceTools& tools) noexcept;
    void stop(const MixerCommand& command, std::int64_t now) noexcept;
    // Within the next block.
    void change_gain(const MixerCommand& command, GainChange& change) noexcept;

    // ---- A block: frames from `from` on, the buses that voices are added to, and the stems, or null.
    struct Block {
        std::int64_t from;
        std::int64_t frames;
        std::vector<MixBus>& buses;
        StemRing* stems;
    };
    // Asks for what the first voices of the next block need.
    void prefetch_first(std::int64_t from, std::int64_t frames) const noexcept;
    void mix(const Block& block, const VoiceTools& tools) noexcept;

    bool ready_until(std::int64_t until, std::int64_t now) const noexcept;
    void end_underruns(std::int64_t frame, const VoiceTools& tools) noexcept;

private:
    bool lives(const MixerCommand& command) const noexcept;
    template <bool with_stems>
    void mix_all(const Block& to, const VoiceTools& tools) noexcept;

    std::vector<MixedVoice> voices_;       // by slot
    std::vector<std::uint64_t> sounding_;  // serial of the voice in each slot, 0 when there is none
    std::vector<std::uint16_t> order_;     // slots in the order of their voices' serials
};

}  // namespace forerun
