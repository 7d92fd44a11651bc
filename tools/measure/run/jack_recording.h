// Records one client on a JACK server, with the server's frames: the same recording for any system, Forerun included, and
// detects its dropouts.
//
// The recorder runs after the client in every cycle, so a sample has the frame that its writer gave it, and periods begin at
// the same frames.
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
    std::int64_t frames_ = 0, first_ = -1;  // [JACK's thread] frames so far, and the one at which the recording begins
    std::atomic<bool> begun_{false}, done_{false};
    std::atomic<double> level_{0};
    std::unique_ptr<JackDevice> client_;  // last: closed before what its thread writes to
};

// Records a cell of Forerun's own that plays on JACK by the same means as another system.
class RecordedOnJack {
public:
    // Listens to `client` when `on`, and when it is there.
    RecordedOnJack(bool on, const std::string& client);
    void begin(double seconds) {
        if (recording_) recording_->begin(seconds);
    }
    // "sound" of the cell; nothing when the recording is not complete.
    void put(Json& cell) const;

private:
    std::unique_ptr<JackRecording> recording_;
};

// For cell.json: {"level_db", "xruns", "gaps", "gap_frames", and how many gaps of each kind}. "level_db" is absent in silence.
Json json_of(const JackRecording& recording, const std::vector<SoundGap>& gaps);

}  // namespace forerun::measure
