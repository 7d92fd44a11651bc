// A worker that publishes new timelines as often as it is told to, from another core than the mixer's. The two take turns:
// while one works, the other sleeps.
#pragma once

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

#include "shared/shared_state.h"

namespace forerun::bench {

inline constexpr std::int64_t block = 64;
inline constexpr std::uint32_t mixed_voices = 64;

// Where a new timeline's first frame lies: at the start of the next block, in its middle, or half a block before it.
enum class Seam { none, at_block, in_block, late };

struct Rewinds {
    Seam seam = Seam::none;
    std::int64_t every_blocks = 0;
};

// Without this both threads meet on one core of a busy machine, where nothing has to cross.
inline void stay_on_core(unsigned core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core % std::max(1u, std::thread::hardware_concurrency()), &set);
    pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

class RewindingWorker {
public:
    explicit RewindingWorker(SharedState& state) : state_(state) {
        for (std::size_t i = 0; i < pattern_.size(); ++i)
            pattern_[i] = 0.0005f * static_cast<float>(std::sin(0.01 * static_cast<double>(i)));
        for (std::uint32_t v = 0; v < mixed_voices; ++v) {
            state.voice(v).channels.store(2);
            begin(v, 0);
            write_until(voices_[v].writer, ahead);
            publish(v);
        }
        thread_ = std::thread([this] {
            stay_on_core(1);
            for (turn_.wait(0); turn_.load() != ended; turn_.wait(0)) {
                round();
                turn_.store(0);
                turn_.notify_all();
            }
        });
    }
    ~RewindingWorker() {
        turn_.store(ended);
        turn_.notify_all();
        thread_.join();
    }
    RewindingWorker(const RewindingWorker&) = delete;
    RewindingWorker& operator=(const RewindingWorker&) = delete;

    // [the mixing thread] All that a worker does between two blocks.
    void work(const Rewinds& rewinds) {
        rewinds_ = &rewinds;
        turn_.store(1);
        turn_.notify_all();
        turn_.wait(1);
    }

private:
    static constexpr std::int64_t ahead = 512;
    static constexpr int ended = 2;

    struct Voice {
        RingWriter writer;
        std::uint16_t ring = 1;
        std::uint8_t lane = 2;
        std::int64_t seam = 0;
    };

    void round() {
        const auto clock = state_.clock().frame();
        const auto seam = rewinds_->seam == Seam::at_block   ? clock
                          : rewinds_->seam == Seam::in_block ? clock + block / 2
                                                             : clock - block / 2;
        for (std::uint32_t v = 0; v < mixed_voices; ++v) {
            const bool due = rewinds_->seam != Seam::none && (clock / block + v) % rewinds_->every_blocks == 0;
            const bool rewinds = due && seam > voices_[v].seam && acknowledged(v);
            if (rewinds) begin(v, seam);
            write_until(voices_[v].writer, clock + ahead);
            if (rewinds) publish(v);
        }
    }
    // As script-runtime/worker/rewinder.cpp does when nothing waits to be taken.
    void begin(std::uint32_t v, std::int64_t seam) {
        auto& voice = voices_[v];
        voice.ring ^= 1u;
        voice.lane = static_cast<std::uint8_t>((voice.lane + 1) % VoiceLine::lanes);
        voice.seam = seam;
        voice.writer = RingWriter(state_.ring(2 * v + voice.ring), state_.voice(v).written[voice.lane], seam);
    }
    bool acknowledged(std::uint32_t v) const {
        const auto ring = static_cast<std::uint16_t>(2 * v + voices_[v].ring);
        const VoiceWord word{WordState::taken, voices_[v].lane, ring, 0, voices_[v].seam};
        return state_.mixer_voice(v).acknowledged_word.load(std::memory_order_acquire) == word.packed();
    }
    void publish(std::uint32_t v) {
        const auto& voice = voices_[v];
        const auto ring = static_cast<std::uint16_t>(2 * v + voice.ring);
        const VoiceWord next{WordState::published, voice.lane, ring, 0, voice.seam};
        auto& word = state_.voice(v).word;
        auto present = word.load(std::memory_order_acquire);
        if (!word.compare_exchange_strong(present, next.packed(), std::memory_order_acq_rel)) std::abort();
    }
    void write_until(RingWriter& writer, std::int64_t frame) {
        while (writer.position() < frame) {
            const auto space = writer.reserve(std::min(block, frame - writer.position()), state_.clock().frame());
            if (space.first.frames == 0) std::abort();
            for (std::uint32_t c = 0; c < 2; ++c)
                std::copy_n(pattern_.data() + (writer.position() & 1023), space.first.frames,
                            writer.samples(c, writer.position()));
            writer.commit(space.first.frames);
        }
    }

    SharedState& state_;
    std::vector<Voice> voices_ = std::vector<Voice>(mixed_voices);
    std::vector<float> pattern_ = std::vector<float>(1024 + block);
    const Rewinds* rewinds_ = nullptr;
    std::atomic<int> turn_{0};
    std::thread thread_;
};

}  // namespace forerun::bench
