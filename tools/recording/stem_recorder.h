// Records every instrument into a file of its own: the mixer fills a ring (rt-engine/mixer/stem_ring.h), a thread of the recorder
// writes the files.
//
// A file is created when its instrument first sounds, with silence before that: all files begin at frame 0 and end together, also
// while they grow. Sound that the ring had no room for is silence in its file, and counted. When the disk is full, all recordings
// stop, the sound continues, and each file is valid up to there.
//
// An instrument that first sounds after an hour has an hour of silence before it, which is written at once: 0.7 s for WAV, 6 s for
// FLAC on the machine where it was measured. Meanwhile the ring buffers all others.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rt-engine/mixer/stem_ring.h"
#include "shared/threads/guarded_thread.h"
#include "tools/recording/output_file.h"
#include "tools/recording/sound_file.h"

namespace forerun {

class StemRecorder {
public:
    // Played: a thread writes, and recordings are kept, however the program ends. Rendered: drain() writes, and only finish()
    // leaves files.
    enum class How { played, rendered };
    // One path per instrument of the ring. Creates no file yet.
    StemRecorder(std::vector<std::filesystem::path> paths, SoundFileFormat format, int rate_hz,
                 std::shared_ptr<StemRing> ring, How how = How::played);
    ~StemRecorder();
    StemRecorder(const StemRecorder&) = delete;
    StemRecorder& operator=(const StemRecorder&) = delete;

    // Rendered: writes what was mixed since the last call. [owner]
    void drain() { write_available(); }

    // Writes the rest and finishes the files; the mixer must have stopped. Idempotent. [owner]
    void finish();

    // Why recording stopped before finish(); empty if it did not, or on later calls. [owner]
    std::string take_failure();

    struct Recorded {
        std::size_t instrument = 0;
        std::filesystem::path path;
        std::int64_t frames = 0;
        std::uint64_t dropped_frames = 0;
    };
    // After finish(): the instruments that have sounded.
    std::vector<Recorded> recorded() const;

private:
    struct Stem {
        std::unique_ptr<OutputFile> output;  // null until it sounds
        std::unique_ptr<SoundFile> file;     // the same
        std::vector<float> waiting;          // interleaved, not yet in the file
        std::int64_t frames = 0;             // of both
    };
    void run();
    void write_available();
    void take(const StemRing::Packet& packet);
    void add_silence(Stem& stem, std::int64_t to_frame);
    void flush(Stem& stem);
    void check_files_exist();
    void fail_by(const Stem& stem);
    void fail(std::string_view why) noexcept;

    const std::vector<std::filesystem::path> paths_;
    const SoundFileFormat format_;
    const int rate_hz_;
    const std::shared_ptr<StemRing> ring_;
    const How how_;
    std::vector<Stem> stems_;  // by instrument
    std::string failure_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> failed_{false};
    bool failure_reported_ = false;
    bool finished_ = false;
    GuardedThread thread_;
};

}  // namespace forerun
