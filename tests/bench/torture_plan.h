// What the torture plays: seeded, made before anything sounds. Channels 1 to 8 are the first port's, the others the second's.
//
// Everything overlaps: notes (a fifth of them hit keys that sound), floods of controllers, storms of pedals, programs that
// recall presets and choose rigs, panics. At the end keys are let go by note offs and pedals come up, nothing else.
// Volume stays within 80 to 110, expression above 100, pan within 44 to 84, in steps of at most 6 where they flood: a gain's
// line over 64 frames has corners, and great ones would hide a small click at the same frame.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/bench/torture_rig.h"

namespace forerun::bench {

struct TortureMessage {
    std::int64_t at = 0;  // frames after the first
    std::uint8_t port = 0, size = 3;
    std::array<std::uint8_t, 3> bytes{};
};

struct TortureCounts {
    std::size_t notes = 0, controllers = 0, bends_and_pressures = 0, pedals = 0, programs = 0, panics = 0;
};

class TorturePlan {
public:
    TorturePlan(std::uint64_t seed, double seconds) : random_(seed), frames_(frames(seconds)) {
        for (auto& channel : controllers_) channel.fill(64);
        for (auto& channel : controllers_) channel[7] = 100, channel[11] = 127;
        again(40, [&](std::int64_t at) { note(at); });
        again(1.5, [&](std::int64_t at) { flood(at); });
        again(0.4, [&](std::int64_t at) { pedal_storm(at); });
        again(3, [&](std::int64_t at) { preset(at); });
        again(0.5, [&](std::int64_t at) { rig(at); });
        again(0.3, [&](std::int64_t at) { panic(at); });
        for (int channel = 0; channel < torture_channels; ++channel)
            for (const int pedal : {64, 66, 67}) add(frames_, 0xb0, channel, pedal, 0);
        std::stable_sort(messages.begin(), messages.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    }

    std::vector<TortureMessage> messages;
    TortureCounts counts;

private:
    double part() { return std::uniform_real_distribution<double>()(random_); }
    int number(int first, int last) { return std::uniform_int_distribution<int>(first, last)(random_); }
    static std::int64_t frames(double seconds) { return std::llround(seconds * rate_hz); }

    // At random times, `mean_hz` of them a second.
    template <typename Do>
    void again(double mean_hz, Do something) {
        std::exponential_distribution<double> distance(mean_hz);
        for (double at = distance(random_); at * rate_hz < static_cast<double>(frames_); at += distance(random_))
            something(frames(at));
    }
    void add(std::int64_t at, int status, int channel, int first, int second) {
        TortureMessage message{std::min(at, frames_), static_cast<std::uint8_t>(channel / 8), 3, {}};
        message.bytes = {static_cast<std::uint8_t>(status | channel), static_cast<std::uint8_t>(first),
                         static_cast<std::uint8_t>(second)};
        if (status == 0xc0 || status == 0xd0) message.size = 2;
        messages.push_back(message);
    }

    void note(std::int64_t at) {
        ++counts.notes;
        const int channel = number(0, torture_channels - 1);
        auto& last_key = last_keys_[channel];
        const int key = part() < 0.2 ? last_key : number(lowest_torture_key, highest_torture_key);
        last_key = key;
        add(at, 0x90, channel, key, number(1, 127));
        const auto end = at + frames(0.03 * std::pow(130, part()));
        // A note off is 0x80, or a note on of velocity 0. What is held at the end is let go there.
        const bool plain = part() < 0.5;
        add(end, plain ? 0x80 : 0x90, channel, key, plain ? number(0, 127) : 0);
    }

    // Some hundreds of messages in half a second, of a few kinds on a few channels.
    void flood(std::int64_t at) {
        constexpr std::array kinds{1, 7, 10, 11, 16, 20, 21, 5, 65, 33, 39, 74, bends, pressures, key_pressures, nrpns};
        const int channel = number(0, torture_channels - 1), channels = number(1, 4), hz = number(200, 900);
        const int first_kind = number(0, std::size(kinds) - 1), many = number(1, 5);
        const auto end = std::min(frames_, at + frames(0.2 + 0.6 * part()));
        for (; at < end; at += frames((0.5 + part()) / hz))
            move(at, (channel + number(0, channels - 1)) % torture_channels,
                 kinds[static_cast<std::size_t>(first_kind + number(0, many)) % std::size(kinds)]);
    }
    void move(std::int64_t at, int channel, int kind) {
        if (kind == bends) {
            ++counts.bends_and_pressures;
            return add(at, 0xe0, channel, number(0, 127), number(0, 127));
        }
        if (kind == pressures || kind == key_pressures) {
            ++counts.bends_and_pressures;
            if (kind == pressures) return add(at, 0xd0, channel, number(0, 127), 0);
            return add(at, 0xa0, channel, last_keys_[channel], number(0, 127));
        }
        if (kind == nrpns) {
            counts.controllers += 3;
            add(at, 0xb0, channel, 99, 300 / 128);
            add(at, 0xb0, channel, 98, 300 % 128);
            return add(at, 0xb0, channel, 6, number(0, 127));
        }
        ++counts.controllers;
        auto& value = controllers_[channel][kind];
        switch (kind) {
        case 7: value = std::clamp(value + number(-6, 6), 80, 110); break;
        case 10: value = std::clamp(value + number(-6, 6), 44, 84); break;
        case 11: value = std::clamp(value + number(-6, 6), 100, 127); break;
        default: value = number(0, 127);
        }
        add(at, 0xb0, channel, kind, value);
    }

    void pedal_storm(std::int64_t at) {
        const int channel = number(0, torture_channels - 1);
        const double hz = 5 + 15 * part();
        const auto end = std::min(frames_, at + frames(0.3 + 1.5 * part()));
        for (bool down = true; at < end || !down; down = !down, at += frames(1 / hz)) {
            constexpr std::array pedals{64, 66, 67};
            // Now and then it stays down.
            if (!down && at >= end && part() < 0.2) return;
            const int pedal = pedals[static_cast<std::size_t>(number(0, 2))];
            for (const int one : pedals)
                if (one == pedal || (!down && at >= end)) {
                    ++counts.pedals;
                    add(at, 0xb0, channel, one, down ? number(64, 127) : number(0, 63));
                }
        }
    }
    void preset(std::int64_t at) {
        ++counts.programs;
        add(at, 0xc0, number(0, torture_channels - 2), number(0, torture_presets), 0);
    }
    // By a program of the set's channel, or by song select on the first port.
    void rig(std::int64_t at) {
        ++counts.programs;
        if (part() < 0.7) return add(at, 0xc0, torture_channels - 1, number(0, 1), 0);
        messages.push_back({at, 0, 2, {0xf3, static_cast<std::uint8_t>(number(0, 1)), 0}});
    }
    void panic(std::int64_t at) {
        const bool everywhere = part() < 0.3;
        const int only = number(0, torture_channels - 1);
        constexpr std::array kinds{120, 121, 123};
        const int kind = kinds[static_cast<std::size_t>(number(0, 2))];
        for (int channel = 0; channel < torture_channels; ++channel) {
            if (!everywhere && channel != only) continue;
            ++counts.panics;
            add(at, 0xb0, channel, kind, 0);
            if (kind == 121) controllers_[channel][11] = 127;
        }
    }

    static constexpr double rate_hz = 48000;
    static constexpr int bends = 120, pressures = 121, key_pressures = 122, nrpns = 123;

    std::mt19937_64 random_;
    const std::int64_t frames_;
    std::array<std::array<int, 128>, torture_channels> controllers_{};
    std::array<int, torture_channels> last_keys_{40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55};
};

}  // namespace forerun::bench
