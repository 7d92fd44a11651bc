// The conductor's time: tempo and beat, for voices whose scripts look at them.
#include "rt-engine/conductor/conductor.h"

namespace forerun {

// Ticks of two machines together are nobody's: who started last counts. A machine that fell silent gives way to the next that
// ticks; a piece that runs does not, for many keyboards send clock all the time.
void Conductor::keep_time(const Event& event) {
    const bool ticks = event.kind == EventKind::clock_tick;
    const bool silent = static_cast<double>(event.frame - beat_heard_frame_) > state_.header().rate_hz;
    if (!ticks || (silent && !piece_runs_)) beat_producer_ = event.producer;
    if (event.producer != beat_producer_) return;
    beat_heard_frame_ = event.frame;
    if (event.kind == EventKind::transport) piece_runs_ = static_cast<Transport>(event.number) == Transport::run;
    bool changed = false;
    if (event.kind == EventKind::tempo) changed = beat_.tempo(event.value, event.frame);
    if (event.kind == EventKind::clock_tick) changed = beat_.tick(event.frame);
    if (event.kind == EventKind::transport)
        changed = beat_.transport(static_cast<Transport>(event.number), event.value, event.frame);
    if (!changed) return;
    tempo_shown_.store(beat_.time().tempo, std::memory_order_relaxed);
    arrival_nanoseconds_ = 0;  // nobody waits for it with a key in hand: no figure of response
    voices_.for_each([&](std::uint32_t slot, ConductedVoice&) { send_time(slot, event.frame); });
}

void Conductor::send_time(std::uint32_t slot, std::int64_t frame) {
    auto message = message_to(slot, VoiceMessageKind::time, frame);
    message.value = static_cast<float>(beat_.time().tempo);
    message.frequency_hz = beat_.time().beat_at(frame, state_.header().rate_hz);
    message.seed = static_cast<std::uint64_t>(frame);  // a message that comes late happens later
    message.index = beat_.time().playing ? 1 : 0;
    workers_[voices_[slot].worker].post(message);
}

}  // namespace forerun
