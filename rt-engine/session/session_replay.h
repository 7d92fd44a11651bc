// Replays a session log with the same workers and the same mixer, which switch timelines when the log says.
//
//   const auto log = SessionLogFile::read("evening.frlog");
//   SessionReplay replay(log, folder);            // the logged scripts are written below `folder`
//   while (const auto frames = replay.render(out.data())) ...
//
// Each block waits until everything that the session had at that frame is there, so the replay is bit-identical: late switches
// with their crossfades, underruns, steals and all. With another binary, C library or CPU family, a script's own math.sin may
// round differently (see differences()).
//
// A log is untrusted input. Its scripts read only the texts in the log, and run in the sandbox with this program's dsp library,
// whatever its header says; `trust` gives them what the session's scripts had.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/session/replayed_voice.h"
#include "rt-engine/session/session_log_file.h"

namespace forerun {

class SessionReplay {
public:
    // Throws BadInput (a log of which nothing can be replayed; one whose scripts had the whole language, without `trust`; what
    // loading its scripts says).
    // `as_intended`: without its underruns and late switches, see replayed_voice.h.
    SessionReplay(const SessionLogFile& log, const std::filesystem::path& folder,
                  ReplayKind kind = ReplayKind::as_heard, bool trust = false);
    ~SessionReplay();
    SessionReplay(const SessionReplay&) = delete;
    SessionReplay& operator=(const SessionReplay&) = delete;

    const Configuration& configuration() const;
    const RecordedSession& session() const;
    std::uint64_t limited_frames() const;          // that the limiter has turned down so far
    std::vector<std::string> differences() const;  // in words: none, if the bits must be the same

    // The session's next block, interleaved, at most configuration().max_block_frames; 0 at the end of the log. Throws
    // std::runtime_error when the log contradicts itself. [one thread]
    std::int64_t render(float* out);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace forerun
