// What one client on a JACK server plays, sample by sample with the server's frames: the same recording of any system, Forerun
// included, and the dropouts that are found in it.
//
// The recorder comes after what it listens to in every cycle of the server's, so that a sample has here the frame that it has at
// its writer, and a period begins where it begins there.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/audio-io/jack_device.h"
#include "tools/measure/plan/parameters.h"
#include "tools/measure/sound/sound_gaps.h"

namespace forerun::measure {

class JackRecording {
public:
    // Opens a client. Throws BadInput: no server.
    JackRecording();

    double rate_hz() const { return client_->rate_hz(); }
    std::int64_t block_frames() const { return client_->block_frames(); }

    // To the first output of the client of that name. False: it has none yet.
    bool try_listen_to(const std::string& client);
    // The level (RMS) of the newest cycle. [any thread]
    double level() const { return level_.load(std::memory_order_relaxed); }

    // Records so many seconds from the next cycle on. Once.
    void begin(double seconds);
    // All of it is there.
    bool done() const { return done_.load(std::memory_order_acquire); }
    bool running() const { return client_->running(); }
    // Since begin().
    std::uint64_t xruns() const { return client_->statistics().underflows - xruns_before_; }

    // When done; not a number where the server left cycles out.
    const std::vector<float>& samples() const { return samples_; }

private:
    void take(const float* in, std::int64_t frames) noexcept;

    // Written by the owner before begun_ is set, then by JACK's thread until done_.
    std::vector<float> samples_;
    std::uint64_t xruns_before_ = 0;
    std::int64_t heard_ = 0, first_ = -1;  // [JACK's thread] frames so far, and where among them the recording begins
    std::atomic<bool> begun_{false}, done_{false};
    std::atomic<double> level_{0};
    std::unique_ptr<JackDevice> client_;  // last: closed before what its thread writes to
};

// A cell of Forerun's own that plays on JACK is heard as another system would be, by the same ears.
class HeardOnJack {
public:
    // Listens to `client` when `on`, and when it is there.
    HeardOnJack(bool on, const std::string& client);
    void begin(double seconds) {
        if (recording_) recording_->begin(seconds);
    }
    // "sound" of the cell; nothing when nothing was heard to its end.
    void put(Json& cell) const;

private:
    std::unique_ptr<JackRecording> recording_;
};

// For cell.json: {"level_db", "xruns", "gaps", "gap_frames", and how many gaps of each kind}. "level_db" is absent in silence.
Json json_of(const JackRecording& recording, const std::vector<SoundGap>& gaps);

}  // namespace forerun::measure
