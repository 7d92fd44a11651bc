#include "rt-engine/snapshot.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "shared/time/quantum.h"

namespace forerun {
namespace {

template <std::size_t Size>
std::string_view text_of(const char (&text)[Size]) {
    return {text, strnlen(text, Size)};
}

struct Rendered {
    std::int64_t voice_frame = 0;  // that sounds now
    std::int64_t fill_frames = 0;
    bool ended = false;
};

// Nothing while the voice in the slot has not begun, has no published timeline, or is over for the mixer.
std::optional<Rendered> rendered_in(const SharedState& state, std::uint32_t slot, std::int64_t engine_frame) {
    const auto& line = state.voice(slot);
    // Acquire: pairs with the worker's publish, so start_frame and the lane belong to this word.
    const auto word = VoiceWord::unpacked(line.word.load(std::memory_order_acquire));
    if (word.state == WordState::empty || word.lane >= VoiceLine::lanes) return std::nullopt;
    // A slot that was handed out again shows its old word until the new voice is published.
    if (state.mixer_voice(slot).released_generation_plus_one.load(std::memory_order_acquire) == word.generation + 1u)
        return std::nullopt;
    const auto written = WrittenFrames::unpacked(line.written[word.lane].load(std::memory_order_acquire));
    const auto voice_frame = engine_frame - line.start_frame.load(std::memory_order_relaxed);
    if (voice_frame < 0) return std::nullopt;
    return Rendered{voice_frame, std::max<std::int64_t>(0, written.frames - voice_frame), written.ended};
}

MeterSnapshot meter_of(const Meter& meter, std::string_view name) {
    MeterSnapshot m{name};
    for (std::size_t c = 0; c < m.peak.size(); ++c) {
        m.peak[c] = meter.peak[c].load(std::memory_order_relaxed);
        m.rms[c] = meter.rms[c].load(std::memory_order_relaxed);
    }
    return m;
}

void take_parameters(const SharedState& state, std::vector<ParameterSnapshot>& into) {
    into.clear();
    const auto count = state.header().parameter_count.load(std::memory_order_acquire);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto& p = state.parameter(i);
        into.push_back({.name = text_of(p.name),
                        .unit = text_of(p.unit),
                        .instrument = p.node,
                        .logarithmic = p.logarithmic != 0,
                        .moved = p.moved.load(std::memory_order_relaxed) != 0,
                        .minimum = p.minimum,
                        .maximum = p.maximum,
                        .default_value = p.default_value,
                        .value = p.value.load(std::memory_order_relaxed)});
    }
}

}  // namespace

void take_voices(const Engine& engine, std::vector<VoiceSnapshot>& into) {
    const auto& state = engine.state();
    into.clear();
    for (std::uint32_t s = 0; s < state.header().slots; ++s) {
        const auto note = engine.slot(s);
        if (note.serial == 0) continue;
        const auto rendered = rendered_in(state, s, state.clock().frame());
        if (!rendered) continue;
        const VoiceSnapshot voice{
            .slot = s,
            .serial = note.serial,
            .instrument = note.instrument,
            .channel = note.channel,
            .key = note.key,
            .stopped = note.stopped,
            .ended = rendered->ended,
            .quality = static_cast<std::uint8_t>(state.worker_voice(s).quality.load(std::memory_order_relaxed)),
            .fill_frames = rendered->fill_frames,
            .level = state.level(s, rendered->voice_frame / quantum_frames).load(std::memory_order_relaxed)};
        // The slot may have passed to another note in between: then what was read is of neither.
        if (engine.slot(s).serial == note.serial) into.push_back(voice);
    }
}

void take_snapshot(const Engine& engine, EngineSnapshot& into) {
    const auto& state = engine.state();
    const auto& h = state.header();
    into.frame = state.clock().frame();
    into.rate_hz = h.rate_hz;
    into.depth_frames = h.depth_frames;
    into.tempo = engine.tempo();
    into.idle = engine.idle();
    into.rig = engine.newest_rig();
    into.used_rig = engine.used_rig();
    into.last_move = engine.last_move();
    take_voices(engine, into.voices);
    take_parameters(state, into.parameters);
    into.buses.clear();
    for (std::uint32_t b = 0; b < into.rig->buses.size(); ++b)
        into.buses.push_back(meter_of(state.meter(b), into.rig->buses[b].name));
    into.output = meter_of(state.meter(h.buses), "");
    into.underrun_events = h.mixer.underrun_events.load(std::memory_order_relaxed);
    into.underrun_frames = h.mixer.underrun_frames.load(std::memory_order_relaxed);
    into.voices_stolen = h.conductor.voices_stolen.load(std::memory_order_relaxed);
    into.notes_dropped = h.conductor.notes_dropped.load(std::memory_order_relaxed);
    into.workers.clear();
    for (std::uint32_t w = 0; w < h.workers; ++w)
        into.workers.push_back({static_cast<std::int64_t>(state.worker(w).busy_nanoseconds.load()),
                                static_cast<std::int64_t>(state.worker(w).garbage_nanoseconds.load())});
    const auto& calls = h.mixer.callback_nanoseconds;
    into.audio_nanoseconds = calls.mean() * static_cast<double>(calls.count());
}

}  // namespace forerun
