// Records the device's output: the audio callback pushes into a ring, a thread of the recorder writes the file.
//
// The sound never waits for the disk. If the disk is too slow, the ring (4 s) overflows: blocks that do not fit are left out and
// counted. When the disk is full, recording stops, the sound continues, and the file is valid up to there. If the file is
// deleted, that is reported at once, while there is time to start another recording.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "rt-engine/threads/nonblocking.h"
#include "shared/threads/guarded_thread.h"
#include "tools/recording/output_file.h"
#include "tools/recording/sound_file.h"

namespace forerun {

class Recorder {
public:
    // Throws BadInput when the file cannot be created.
    Recorder(const std::filesystem::path& path, SoundFileFormat format, int rate_hz, std::uint32_t channels);
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    // [audio thread] Interleaved. Wait-free; a block that does not fit is left out entirely.
    void push_rt(const float* samples, std::int64_t frames) noexcept FORERUN_NONBLOCKING;

    // Writes the rest and finishes the file; no more pushes afterwards. Idempotent. [owner]
    void finish();

    // Why recording stopped before finish(); empty if it did not, or on later calls. [owner]
    std::string take_failure();

    std::uint64_t dropped_frames() const { return dropped_frames_.load(std::memory_order_relaxed); }
    // After finish().
    std::int64_t recorded_frames() const { return file_.frames(); }
    const std::filesystem::path& path() const { return path_; }

private:
    void run();
    void stop();
    void write_available();
    void write(const float* samples, std::int64_t frames);

    void fail(std::string_view why) noexcept;
    void fail_by_file();

    std::filesystem::path path_;
    OutputFile output_;
    SoundFile file_;
    std::uint32_t channels_;
    std::vector<float> ring_;                // samples; a power of two
    std::atomic<std::uint64_t> written_{0};  // samples, by the audio thread
    std::atomic<std::uint64_t> read_{0};     // samples, by the recorder's thread
    std::atomic<std::uint64_t> dropped_frames_{0};
    std::atomic<bool> stopping_{false};
    std::string failure_;
    std::atomic<bool> failed_{false};
    bool failure_reported_ = false;
    bool finished_ = false;
    GuardedThread thread_;
};

}  // namespace forerun
