// Proof that the click detector finds clicks: faults planted into clean sound, where something sounds.
//
//   dropped   16 frames are missing: what follows comes too early
//   repeated  16 frames come twice
//   level     from here on everything is a fifth softer or louder
#pragma once

#include <array>
#include <random>
#include <span>
#include <vector>

#include "tests/bench/click_detector.h"

namespace forerun::bench {

struct PlantedKind {
    const char* name;
    int planted = 0, found = 0;
};

class PlantedClicks {
public:
    static constexpr std::int64_t fault_frames = 16;

    explicit PlantedClicks(std::uint64_t seed) : random_(seed) {}

    // Stereo. Silent places are passed over, and those near whose clean sound is not clean.
    void plant(std::span<const float> sound, int wanted) {
        const auto frames = std::ssize(sound) / 2;
        if (frames < 2 * around) return;
        for (int tries = 0; wanted > 0 && tries < 100 * wanted; ++tries) {
            const auto at =
                around + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(frames - 2 * around));
            if (!sounds(sound, at)) continue;
            const auto from = (at - around) / 64 * 64;
            std::vector<float> piece(sound.begin() + 2 * from, sound.begin() + 2 * (at + around));
            if (!ClickDetector().clicks_in(piece, 2).empty()) continue;
            const auto kind = random_() % kinds.size();
            harm(piece, at - from, kind);
            ++kinds[kind].planted;
            --wanted;
            for (const auto& click : ClickDetector().clicks_in(piece, 2))
                if (click.frame >= at - from - 8 && click.frame <= at - from + fault_frames + 8) {
                    ++kinds[kind].found;
                    break;
                }
        }
    }

    std::array<PlantedKind, 3> kinds{{{"dropped"}, {"repeated"}, {"level"}}};
    int planted() const { return kinds[0].planted + kinds[1].planted + kinds[2].planted; }
    int found() const { return kinds[0].found + kinds[1].found + kinds[2].found; }

private:
    static constexpr std::int64_t around = 2048;
    static constexpr float audible = 0.003f;  // as loud as the softest notes

    // Before and behind it.
    static bool sounds(std::span<const float> sound, std::int64_t at) {
        float before = 0, behind = 0;
        for (std::int64_t f = 1; f <= 256; ++f) {
            before = std::max(before, std::abs(sound[2 * (at - f)]));
            behind = std::max(behind, std::abs(sound[2 * (at + f)]));
        }
        return std::min(before, behind) > audible;
    }
    void harm(std::vector<float>& piece, std::int64_t at, std::uint64_t kind) {
        const auto first = piece.begin() + 2 * at;
        if (kind == 0) {
            piece.erase(first, first + 2 * fault_frames);
        } else if (kind == 1) {
            const std::vector<float> again(first - 2 * fault_frames, first);
            piece.insert(first, again.begin(), again.end());
        } else {
            const float gain = random_() % 2 ? 0.8f : 1.2f;
            for (auto sample = first; sample != piece.end(); ++sample) *sample *= gain;
        }
    }

    std::mt19937_64 random_;
};

}  // namespace forerun::bench
