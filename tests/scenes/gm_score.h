// Notes for the General MIDI rig, what the rig makes of them offline, and how loud that is (EBU R 128, measured by libebur128).
#pragma once

#include <ebur128.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "rt-engine/midi/midi_file.h"
#include "rt-engine/midi/midi_player.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/rendered_piece.h"

namespace forerun {

struct Loudness {
    double momentary = -99;   // LUFS, the loudest 400 ms
    double integrated = -99;  // LUFS
};

class Score {
public:
    void put(double seconds, int status, int data1, int data2 = 0) {
        messages_.push_back({seconds, 0, static_cast<std::uint8_t>(status), static_cast<std::uint8_t>(data1),
                             static_cast<std::uint8_t>(data2)});
    }
    void note(double seconds, double length, int channel, int key, int velocity) {
        put(seconds, 0x90 | channel, key, velocity);
        put(seconds + length, 0x80 | channel, key);
    }
    // A note of this program alone: what sounded before on the channel is cut off.
    void program_alone(double seconds, double length, int program, int key, int velocity) {
        put(seconds, 0xB0, 120);
        put(seconds + 0.01, 0xC0, program);
        note(seconds + 0.02, length, 0, key, velocity);
    }
    MidiFile file(double seconds) const {
        MidiFile file{1, messages_, {{0, 120}}, seconds, ""};
        std::stable_sort(file.messages.begin(), file.messages.end(),
                         [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
        return file;
    }

private:
    std::vector<MidiMessage> messages_;
};

// Interleaved stereo.
inline std::vector<float> render(Engine& engine, const MidiFile& file, double seconds) {
    const auto rate_hz = engine.configuration().rate_hz;
    MidiPlayer player(file, engine.make_producer(), rate_hz, 0);
    engine.start();
    const auto frames = static_cast<std::int64_t>(seconds * rate_hz);
    const auto block = engine.configuration().block_frames;
    const auto ahead = engine.state().header().depth_frames + 8192;
    std::vector<float> samples(static_cast<std::size_t>(frames) * 2);
    for (std::int64_t at = 0; at < frames; at += block) {
        player.advance_to(at + ahead);
        engine.render(samples.data() + at * 2, std::min(block, frames - at));
    }
    return samples;
}

inline Loudness loudness_of(const std::vector<float>& samples, double rate_hz, double from, double seconds) {
    struct Destroy {
        void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
    };
    const std::unique_ptr<ebur128_state, Destroy> state(
        ebur128_init(2, static_cast<unsigned long>(rate_hz), EBUR128_MODE_M | EBUR128_MODE_I));
    REQUIRE(state);
    Loudness result;
    const auto first = static_cast<std::size_t>(from * rate_hz), step = static_cast<std::size_t>(rate_hz / 50);
    const auto last = first + static_cast<std::size_t>(seconds * rate_hz);
    for (std::size_t at = first; at + step <= last; at += step) {
        ebur128_add_frames_float(state.get(), samples.data() + 2 * at, step);
        double momentary = 0;
        ebur128_loudness_momentary(state.get(), &momentary);
        result.momentary = std::max(result.momentary, momentary);
    }
    ebur128_loudness_global(state.get(), &result.integrated);
    return result;
}

}  // namespace forerun
