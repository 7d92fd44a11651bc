// The mixer: sums what the voices' rings hold into a block of output. The whole of what the audio thread does.
//
//   voice rings ─ voice gains ─> stereo buses ─ bus gains ─> output channels ─ master gain ─> limiter ─> interleaved
//
// Output depends on the engine's frames alone: any cut of a run into blocks gives the same bits, as long as every ring
// holds what is asked of it. Voices are summed in the order of their serials; gains move on the absolute 64-frame grid.
// process() allocates nothing, takes no lock, makes no system call and waits for nobody.
//
// Commands come from the conductor. Starts and stops are applied to their voice when they arrive, whatever their frame, so
// only gains wait in a list of fixed size; when that is full, everything behind stays in the queue until a later block.
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/mixer/callback_timer.h"
#include "rt-engine/mixer/level_meter.h"
#include "rt-engine/mixer/master_output.h"
#include "rt-engine/mixer/mix_bus.h"
#include "rt-engine/mixer/mixed_voices.h"
#include "rt-engine/mixer/pending_gains.h"
#include "rt-engine/mixer/stem_ring.h"
#include "rt-engine/threads/nonblocking.h"
#include "shared/configuration.h"
#include "shared/mixer_side.h"
#include "shared/rig/rig.h"

namespace forerun {

class Mixer {
public:
    // Allocates everything that process() will need. `state` must outlive the mixer. [owner]
    Mixer(SharedState& state, const Configuration& configuration, const Rig& rig);

    // Mixes the next `frames` frames (1..max_block_frames; more are mixed in pieces) into interleaved `out`. [audio thread]
    void process(float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING;

    // From now on every instrument's voices go into this ring, too, as they go to their bus. Before process(); the ring must
    // outlive the mixer. [owner]
    void send_stems_to(StemRing& stems) noexcept { stems_ = &stems; }

    // For drivers that may wait: would process() up to engine frame `until` find every frame that it needs? Frames behind
    // a stop or an end are not needed; a voice that is due and not published is not ready. Takes commands from the queue.
    // [the thread that calls process(), between its calls]
    bool ready_until(std::int64_t until) noexcept;

    // Reports underruns that are still open. After the last process(), once nobody is in it. [owner]
    void end_underruns() noexcept;

    // The next engine frame to be mixed. [the thread that calls process()]
    std::int64_t frame() const noexcept { return frame_; }

private:
    void process_piece(float* out, std::int64_t frames) noexcept FORERUN_NONBLOCKING;
    void take_commands() noexcept;
    void apply(const MixerCommand& command) noexcept;
    void hand_out_gains(std::int64_t to) noexcept;
    void publish_meters(std::int64_t frames) noexcept;

    const MixerSide state_;
    const std::int64_t max_block_frames_;
    std::int64_t frame_ = 0;
    CallbackTimer timer_;

    // The signal's way
    QueueReader<MixerCommand> commands_;
    PendingGains pending_gains_;
    MixedVoices voices_;
    std::vector<MixBus> buses_;
    StemRing* stems_ = nullptr;  // or none
    MasterOutput master_;
    MeterPeriod meter_period_;

    // What all voices share
    FadeShapes fades_;
    std::vector<float> shaping_;  // four planes to shape voices in
    MixerLog log_;
    VoiceTools tools_;
};

}  // namespace forerun
