// One voice as the mixer sees it: takes what its worker publishes, reads its ring, and hides every underrun behind a fade.
//
//   waiting ──first take──> playing ──ring dry──> dry ──take of a skip (voices that stay)──> playing
//                             │ ^ take: seam at E, or a crossfade when E has passed   │
//                             │ └───┘                                                 └─fade over─> released (others)
//                             └──end of the timeline──> ending ──decayed──> released
//
// A stop may come in every state: it fades over what the ring holds and releases. During a crossfade nothing is taken. All
// frames here are engine frames unless they are called voice frames. Belongs to the audio thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "rt-engine/mixer/fade_shape.h"
#include "rt-engine/mixer/grid_gain.h"
#include "rt-engine/mixer/mixer_log.h"
#include "rt-engine/mixer/plain_batch.h"
#include "rt-engine/mixer/stem_ring.h"
#include "shared/shared_state.h"

namespace forerun {

inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

// A block of one voice: frames [from, to), and the bus it is added to (left[0] is frame `from`). With a stem it is added
// there, too, by the same operations.
struct VoiceBlock {
    std::int64_t from = 0;
    std::int64_t to = 0;
    float* left = nullptr;
    float* right = nullptr;
    StemBlock stem{};

    std::int64_t frames() const { return to - from; }
};

// What all voices share: the shapes of fades, memory to shape samples in (one block per plane), the log.
struct VoiceTools {
    const FadeShapes& fades;
    float* shaped[2];
    float* replaced[2];  // of the ring that is crossfaded from
    MixerLog& log;
    const SharedState& state;
};

class alignas(64) MixedVoice {
public:
    // A new generation of the slot begins.
    void start(const MixerCommand& command, const SharedState& state);

    // Fades out from `frame` on, the earliest of all stops. `now`: the first frame not yet mixed.
    void stop(std::int64_t frame, std::int64_t now);

    // A change of the voice's own gains within the next block.
    void change_gain(GainChange& change) { gain_.append(change); }

    // The common case: the block lies in the ring in one piece, and nothing in it fades, ramps, begins or ends. Then it is
    // added to the batch and the answer is true; else nothing has happened and mix() must be called.
    bool mix_plain(const VoiceBlock& block, PlainBatch& batch) {
        if (state_ != State::playing || block.from < plain_from_ || block.to > stop_frame_ || acknowledgement_due_ ||
            gain_.changing(block.from) || offered()) {
            return false;
        }
        const std::int64_t position = block.from - start_frame_;
        const std::int64_t frames = block.frames();
        if (ring_.contiguous(position) < frames || ring_.written().frames < position + frames) return false;
        const float* const left = ring_.samples(0, position);
        const float* const right = ring_.samples(channels_ - 1u, position);
        batch.add(block.left, block.right, frames, left, right, gain_.target());
        if (block.stem.left != nullptr)
            kernels::add_stereo(block.stem.left, block.stem.right, left, right, gain_.target(), frames);
        held_[0] = left[frames - 1];
        held_[1] = right[frames - 1];
        return true;
    }

    // Every case: adds the block to its bus. False when the voice is over: it has been released and must not be touched again.
    bool mix(const VoiceBlock& block, const VoiceTools& tools);

    // Gives the generation back without another sample.
    void release(std::int64_t frame, const VoiceTools& tools);

    // Nothing will be mixed from `frame` on: what is missing now is told as long as it is.
    void end_underrun(std::int64_t frame, const VoiceTools& tools);

    // Would all frames of the voice before `until` be there now?
    bool ready_until(std::int64_t until, std::int64_t now) const;

    std::uint64_t serial() const { return serial_; }
    std::uint16_t generation() const { return generation_; }
    std::uint16_t bus() const { return bus_; }
    std::uint16_t instrument() const { return underrun_.instrument; }

    // Asks for the line, and for the samples from `from` on, of a voice that will be mixed soon.
    void prefetch_line() const { __builtin_prefetch(line_); }
    void prefetch_samples(std::int64_t from, std::int64_t frames) const {
        if (state_ == State::waiting) return;
        constexpr std::int64_t line_frames = 64 / sizeof(float);
        constexpr std::int64_t most_frames = 4 * line_frames;  // the CPU follows a longer stream by itself
        const std::int64_t position = std::max<std::int64_t>(0, from - start_frame_);
        const float* const left = ring_.samples(0, position);
        const float* const right = ring_.samples(channels_ - 1u, position);
        for (std::int64_t i = 0; i < std::min(frames, most_frames); i += line_frames) {
            __builtin_prefetch(left + i);
            __builtin_prefetch(right + i);
        }
    }

private:
    enum class State : std::uint8_t { waiting, playing, dry, ending };

    // A timeline that the worker has published.
    struct Offer {
        VoiceWord word;
        std::int64_t start_frame = 0;
        std::int64_t seam_frame = 0;           // engine frame
        std::int64_t written_to = 0;           // engine frame behind the last one written
        std::int64_t arrival_nanoseconds = 0;  // this and the next are known after the take
        std::uint32_t timeline = 0;
        bool ended = false;
    };
    std::optional<Offer> look() const;
    // Relaxed: only whether there is anything new; look() reads it again.
    bool offered() const {
        const auto word = VoiceWord::unpacked(line_->word.load(std::memory_order_relaxed));
        return word.state == WordState::published;
    }
    template <typename Accept>
    std::optional<Offer> take(Accept accept, const VoiceBlock& block, const VoiceTools& tools);

    void take_first(const VoiceBlock& block, const VoiceTools& tools);
    void take_seam(const VoiceBlock& block, const VoiceTools& tools);
    void take_skip(const VoiceBlock& block, const VoiceTools& tools);
    void run_dry(std::int64_t written_to, const VoiceBlock& block, const VoiceTools& tools);
    void acknowledge();

    // The engine frame behind the voice's last one, as far as it is decided.
    std::int64_t finish_frame() const;
    // The first frame for which the ring before the present one is not needed.
    std::int64_t old_ring_until() const;

    void add_plain(const VoiceBlock& block);
    void add_shaped(const VoiceBlock& block, std::int64_t first, std::int64_t last, std::int64_t written_to,
                    const VoiceTools& tools);
    void add_with_gain(const VoiceBlock& block, std::int64_t frame, std::int64_t frames, const float* left,
                       const float* right);
    // The same for a piece within which the gain either stands or ramps.
    void add_piece(float* to_left, float* to_right, std::int64_t frame, std::int64_t frames, const float* left,
                   const float* right) const;

    // ---- Looked at in every block
    State state_ = State::waiting;
    bool stays_ = true;
    bool acknowledgement_due_ = false;
    std::uint8_t channels_ = 1;
    std::uint16_t generation_ = 0;
    std::uint16_t bus_ = 0;
    std::uint16_t slot_ = 0;
    VoiceLine* line_ = nullptr;
    std::int64_t start_frame_ = 0;  // of voice frame 0; before the first take: when the voice is due
    std::int64_t plain_from_ = 0;   // no seam, crossfade or fade-in reaches this frame
    std::int64_t stop_frame_ = never;
    RingReader ring_;
    float held_[2] = {};  // the ring's newest sample, before any fade
    GridGain gain_;

    // ---- At the edges of its generation, of timelines and of underruns
    std::uint64_t serial_ = 0;
    MixerVoiceLine* mixer_line_ = nullptr;
    std::int64_t sounds_from_ = 0;  // first frame heard since it started or came back
    std::int64_t fade_in_frame_ = never;
    std::int64_t fade_out_frame_ = never;   // over an underrun or an end
    std::int64_t crossfade_frame_ = never;  // from the old ring to the new one
    std::int64_t seam_frame_ = 0;           // frames before it come from the old ring
    std::int64_t timeline_ = -1;            // of the newest word taken, see MixerVoiceLine
    RingReader old_ring_;
    std::int64_t old_written_to_ = 0;
    float old_held_[2] = {};
    UnderrunRecord underrun_;  // serial 0: none
};

}  // namespace forerun
