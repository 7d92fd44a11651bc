// ctest: timeout=120
// The General MIDI rig is balanced: one note of every instrument at velocity 100, in the middle of its range, has the
// momentary loudness of the others (EBU R 128, measured by libebur128), and a drum beat that of a melody.
#include <ebur128.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/midi_file.h"
#include "rt-engine/midi_player.h"
#include "tests/catch.h"
#include "tests/rendered_piece.h"

using namespace forerun;

namespace {

constexpr double kSlotSeconds = 3, kHeldSeconds = 1.6;
constexpr int kVelocity = 100, kMiddleKey = 60, kBassKey = 36;
constexpr double kMostDifferenceLu = 4;  // +-2

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
    MidiFile file(double seconds) const {
        MidiFile file{1, messages_, {{0, 120}}, seconds, ""};
        std::stable_sort(file.messages.begin(), file.messages.end(),
                         [](const auto& a, const auto& b) { return a.seconds < b.seconds; });
        return file;
    }

private:
    std::vector<MidiMessage> messages_;
};

// A note's key is the middle of what the instrument plays.
int middle_of(int program) { return program >= 32 && program <= 39 ? kBassKey : kMiddleKey; }

// 120 quarters a minute: a bar is 2 s.
void rock_beat(Score& score, double from, int bars) {
    for (int bar = 0; bar < bars; ++bar) {
        const double at = from + 2 * bar;
        for (int eighth = 0; eighth < 8; ++eighth)
            score.note(at + 0.25 * eighth, 0.1, 9, bar == 0 && eighth == 0 ? 49 : 42, eighth % 2 ? 80 : 100);
        for (const double kick : {0.0, 1.0, 1.25}) score.note(at + kick, 0.1, 9, 36, 105);
        for (const double snare : {0.5, 1.5}) score.note(at + snare, 0.1, 9, 38, 110);
    }
}

void melody(Score& score, double from, int bars) {
    constexpr int steps[] = {0, 2, 4, 7, 9, 7, 4, 2};
    score.put(from, 0xC0, 0);
    for (int eighth = 0; eighth < 8 * bars; ++eighth)
        score.note(from + 0.25 * eighth, 0.23, 0, kMiddleKey + steps[eighth % 8], kVelocity);
}

std::vector<float> render(Engine& engine, const MidiFile& file, double seconds) {
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

Loudness loudness_of(const std::vector<float>& samples, double rate_hz, double from, double seconds) {
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

}  // namespace

TEST_CASE("every instrument of the General MIDI rig is as loud as the others") {
    auto configuration = offline_configuration();
    configuration.channels = 2;
    Engine engine(configuration);
    engine.load_rig(source_file("scripts/rigs/gm.lua"));
    const auto rate_hz = engine.configuration().rate_hz;

    struct Slot {
        std::string name;
        double from;
    };
    std::vector<Slot> slots;
    Score score;
    for (const auto& instrument : engine.rig().instruments) {
        if (!(instrument.channel_mask & 1)) continue;
        const double from = kSlotSeconds * static_cast<double>(slots.size());
        const int program = instrument.first_program;
        score.put(from, 0xB0, 120);  // nothing of the last one
        score.put(from + 0.01, 0xC0, program);
        score.note(from + 0.02, kHeldSeconds, 0, middle_of(program), kVelocity);
        slots.push_back({fmt::format("{} ({})", program, instrument.name), from});
    }
    CHECK(slots.size() >= 16);
    const double notes_end = kSlotSeconds * static_cast<double>(slots.size());
    constexpr int bars = 4;
    constexpr double piece_seconds = 2.0 * bars;
    score.put(notes_end, 0xB0, 120);
    melody(score, notes_end + 0.1, bars);
    rock_beat(score, notes_end + piece_seconds + 1.5, bars);
    const double end = notes_end + 2 * piece_seconds + 3;

    const auto samples = render(engine, score.file(end), end);
    const auto& header = engine.state().header();
    CHECK(header.conductor.notes_dropped == 0);
    CHECK(header.conductor.voices_stolen == 0);

    std::vector<std::pair<double, std::string>> loudness;
    for (const auto& slot : slots)
        loudness.emplace_back(loudness_of(samples, rate_hz, slot.from, kSlotSeconds).momentary, slot.name);
    std::sort(loudness.begin(), loudness.end());
    const auto& [softest, softest_name] = loudness.front();
    const auto& [loudest, loudest_name] = loudness.back();
    CAPTURE(softest, softest_name, loudest, loudest_name);
    CHECK(softest > -60);
    CHECK(loudest - softest <= kMostDifferenceLu);

    const double tune = loudness_of(samples, rate_hz, notes_end + 0.1, piece_seconds).integrated;
    const double beat = loudness_of(samples, rate_hz, notes_end + piece_seconds + 1.5, piece_seconds).integrated;
    CAPTURE(tune, beat);
    CHECK(std::abs(tune - beat) <= kMostDifferenceLu / 2);
    engine.stop();
}
