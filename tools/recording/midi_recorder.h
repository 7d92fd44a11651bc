// Records live events (MIDI ports, the computer's keyboard) into a MIDI file, at the frames at which they sound.
//
// Frame 0 is the engine's, as in every recording. A thread of the recorder writes; the file on disk is always valid and at most
// half a second behind, however the program ends.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_file_writer.h"
#include "shared/threads/guarded_thread.h"
#include "tools/recording/output_file.h"

namespace forerun {

class MidiRecorder {
public:
    // The engine must keep live events, and outlive this. Throws BadInput when the file cannot be created.
    MidiRecorder(const std::filesystem::path& path, Engine& engine);
    ~MidiRecorder();
    MidiRecorder(const MidiRecorder&) = delete;
    MidiRecorder& operator=(const MidiRecorder&) = delete;

    // Writes the rest; the engine must be stopped. Idempotent. [owner]
    void finish();

    // Why recording stopped before finish(); empty if it did not, or on later calls. [owner]
    std::string take_failure();

    // After finish().
    std::uint64_t messages() const { return file_.messages(); }
    std::int64_t frames() const { return file_.end_frame(); }
    const std::filesystem::path& path() const { return path_; }

private:
    void run();
    void stop();
    void write_up_to(std::int64_t frame);
    void add(const Event& event);
    void fail(std::string_view why) noexcept;

    const std::filesystem::path path_;
    Engine& engine_;
    OutputFile output_;
    MidiFileWriter file_;
    std::vector<Event> waiting_;       // by frame
    std::uint16_t used_channels_ = 0;  // bit 0: channel 1
    std::atomic<bool> stopping_{false};
    std::string failure_;
    std::atomic<bool> failed_{false};
    bool failure_reported_ = false;
    bool finished_ = false;
    GuardedThread thread_;
};

}  // namespace forerun
