// Voices of one script that sound on their own, outside of an engine: what copying their state and going back to it takes.
//
// They take turns, so that a copy does not come from the nearest cache.
#pragma once

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "shared/time/sample_clock.h"

namespace forerun::bench {

inline constexpr int voices_in_turn = 16;

class HeldVoices {
public:
    HeldVoices(LuaHost& host, std::uint16_t instrument, const InstrumentDescription& description) : host_(host) {
        for (const auto& parameter : description.parameters) parameters_.push_back(parameter.value);
        for (int i = 0; i < voices_in_turn; ++i) {
            StartNote note;
            note.key = 40 + 2 * i;
            note.frequency_hz = 440 * std::exp2((note.key - 69) / 12.0);
            note.seed = static_cast<std::uint64_t>(i) + 1;
            note.parameters = parameters_;
            voices_.push_back({host.take(instrument), 0, {}});
            require(voices_.back().instance && host.start(*voices_.back().instance, note));
        }
        for (int quantum = 0; quantum < 64; ++quantum)
            for (auto& voice : voices_) render(voice);
    }
    ~HeldVoices() {
        for (auto& voice : voices_) {
            host_.forget_checkpoint(voice.checkpoint);
            host_.give_back(voice.instance);
        }
    }
    HeldVoices(const HeldVoices&) = delete;
    HeldVoices& operator=(const HeldVoices&) = delete;

    std::uint32_t state_bytes() const { return host_.state_bytes(*voices_[0].instance); }

    // Nanoseconds of a copy and of a quantum.
    void time_copies(int rounds, std::vector<std::int64_t>& copies, std::vector<std::int64_t>& quanta) {
        for (int round = 0; round < rounds; ++round) {
            for (auto& voice : voices_) {
                const auto copied = time_copy(voice, copies);
                render(voice);
                quanta.push_back(monotonic_nanoseconds() - copied);
            }
        }
    }
    // The same where caches are full of other things before each of them.
    void time_cold_copies(int rounds, std::vector<std::int64_t>& copies) {
        std::vector<std::uint8_t> others(32u << 20);
        for (int round = 0; round < rounds; ++round) {
            auto& voice = voices_[static_cast<std::size_t>(round % voices_in_turn)];
            for (std::size_t i = 0; i < others.size(); i += 64) ++others[i];
            time_copy(voice, copies);
            render(voice);
        }
    }

    // Nanoseconds from the decision until the mixer can play two blocks of 64 and a fade behind the event.
    std::vector<std::int64_t> time_rewinds(int rounds, std::int64_t distance_frames) {
        for (auto& voice : voices_) save(voice);
        std::vector<std::int64_t> times;
        for (int round = 0; round < rounds; ++round) {
            for (auto& voice : voices_) {
                const auto began = monotonic_nanoseconds();
                require(host_.restore_checkpoint(*voice.instance, voice.checkpoint));
                voice.frame = voice.checkpoint.frame;
                while (voice.frame < voice.checkpoint.frame + distance_frames) render(voice);
                host_.set_pitch(*voice.instance, 220, 1.01);
                for (int quantum = 0; quantum < 2 + fade_frames / quantum_frames; ++quantum) render(voice);
                times.push_back(monotonic_nanoseconds() - began);
            }
        }
        return times;
    }

private:
    struct Voice {
        Instance* instance = nullptr;
        std::int64_t frame = 0;
        Checkpoint checkpoint;
    };

    void require(bool works) const {
        if (!works) throw std::runtime_error(host_.error());
    }
    void save(Voice& voice) {
        voice.checkpoint.frame = voice.frame;
        require(host_.save_checkpoint(*voice.instance, voice.checkpoint));
    }
    std::int64_t time_copy(Voice& voice, std::vector<std::int64_t>& copies) {
        const auto began = monotonic_nanoseconds();
        save(voice);
        const auto copied = monotonic_nanoseconds();
        copies.push_back(copied - began);
        return copied;
    }
    void render(Voice& voice) {
        bool is_done = false;
        require(host_.render(*voice.instance, voice.frame, 0, quantum_frames) && host_.done(*voice.instance, is_done));
        voice.frame += quantum_frames;
    }

    LuaHost& host_;
    std::vector<float> parameters_;
    std::vector<Voice> voices_;
};

}  // namespace forerun::bench
