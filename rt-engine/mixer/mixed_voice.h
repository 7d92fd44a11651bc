// One voice in the mixer: what its TimelineReader reads goes to a bus, and every underrun is hidden behind a fade.
//
//   reader:  waiting    silent; a voice that is due and not there is a late start
//            reading    with the voice's own gains; a late seam is crossfaded
//            dry        fades out; a voice that stays fades in again with the next timeline, others are released
//            ending     decays, and is released
//
// A stop may come in every state: it fades over what the ring holds and releases. All frames here are engine frames unless
// they are called voice frames. Belongs to the audio thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "rt-engine/mixer/fade_shape.h"
#include "rt-engine/mixer/grid_gain.h"
#include "rt-engine/mixer/mixer_log.h"
#include "rt-engine/mixer/plain_batch.h"
#include "rt-engine/mixer/stem_ring.h"
#include "shared/mixer_side.h"
#include "shared/timeline/timeline_reader.h"

namespace forerun {

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
    const MixerSide& state;
};

class alignas(64) MixedVoice {
public:
    // A new generation of the slot begins.
    void start(const MixerCommand& command, const MixerSide& state);

    // Fades out from `frame` on, the earliest of all stops. `now`: the first frame not yet mixed.
    void stop(std::int64_t frame, std::int64_t now);

    // A change of the voice's own gains within the next block.
    void change_gain(GainChange& change) { gain_.append(change); }

    // The common case: the block lies in the ring in one piece, and nothing in it fades, ramps, begins or ends. Then it is
    // added to the batch and the answer is true; else nothing has happened and mix() must be called.
    bool mix_plain(const VoiceBlock& block, PlainBatch& batch) {
        if (block.from < plain_from_ || block.to > stop_frame_ || gain_.changing(block.from) || !reader_.settled())
            return false;
        const RingReader& ring = reader_.ring();
        const std::int64_t position = block.from - reader_.start_frame();
        const std::int64_t frames = block.frames();
        if (ring.contiguous(position) < frames || ring.written().frames < position + frames) return false;
        const float* const left = ring.samples(0, position);
        const float* const right = ring.samples(reader_.channels() - 1, position);
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

    // Nothing is mixed from `frame` on: reports an open underrun with its length so far.
    void end_underrun(std::int64_t frame, const VoiceTools& tools);

    // Would all frames of the voice before `until` be there now?
    bool ready_until(std::int64_t until, std::int64_t now) const;

    std::uint16_t generation() const { return reader_.generation(); }
    std::uint16_t bus() const { return bus_; }
    std::uint16_t instrument() const { return underrun_.instrument; }

    // Asks for the line, and for the samples from `from` on, of a voice that will be mixed soon.
    void prefetch_line() const { reader_.prefetch_line(); }
    void prefetch_samples(std::int64_t from, std::int64_t frames) const { reader_.prefetch_samples(from, frames); }

private:
    using State = TimelineReader::State;

    void take_first(const VoiceBlock& block, const VoiceTools& tools);
    void take_seam(const VoiceBlock& block, const VoiceTools& tools);
    void take_skip(const VoiceBlock& block, const VoiceTools& tools);
    void run_dry(std::int64_t written_to, const VoiceBlock& block, const VoiceTools& tools);

    // The engine frame behind the voice's last one, as far as it is decided.
    std::int64_t finish_frame() const;

    void add_plain(const VoiceBlock& block);
    void add_shaped(const VoiceBlock& block, std::int64_t first, std::int64_t last, std::int64_t written_to,
                    const VoiceTools& tools);
    void add_with_gain(const VoiceBlock& block, std::int64_t frame, std::int64_t frames, const float* left,
                       const float* right);
    // The same for a piece within which the gain either stands or ramps.
    void add_piece(float* to_left, float* to_right, std::int64_t frame, std::int64_t frames, const float* left,
                   const float* right) const;

    // ---- Looked at in every block: the end of the reader, and the cache line behind it
    TimelineReader reader_;
    std::uint16_t bus_ = 0;
    bool stays_ = true;
    std::int64_t plain_from_ = 0;  // no seam, crossfade or fade-in reaches this frame
    std::int64_t stop_frame_ = never;
    float held_[2] = {};  // the ring's newest sample, before any fade
    GridGain gain_;

    // ---- At the edges of its generation, of timelines and of underruns
    std::uint64_t serial_ = 0;
    std::int64_t sounds_from_ = 0;  // first frame mixed since it started or came back
    std::int64_t fade_in_frame_ = never;
    std::int64_t fade_out_frame_ = never;  // over an underrun or an end
    float old_held_[2] = {};               // of the ring that is crossfaded from
    UnderrunRecord underrun_;              // serial 0: none
};

}  // namespace forerun
