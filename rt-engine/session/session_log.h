// Writes a session log (*.frlog): the conductor hands records over, the log's own thread writes them.
//
// A chunk is written five times a second, so a killed process loses at most that much. When the disk is full the log stops and
// reports it; the sound goes on.
#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "rt-engine/session/session_header.h"
#include "rt-engine/session/session_log_record.h"
#include "shared/script_runtime.h"
#include "shared/threads/guarded_thread.h"

namespace forerun {

class SessionLog {
public:
    // Throws BadInput when the file cannot be made.
    SessionLog(const std::filesystem::path& file, const SessionHeader& header, const std::vector<ScriptText>& texts);
    ~SessionLog();
    SessionLog(const SessionLog&) = delete;
    SessionLog& operator=(const SessionLog&) = delete;

    // [conductor] Never waits for the disk.
    void push(const LogRecord& record) { queue_.enqueue(token_, record); }
    // New versions of scripts, before the events that bring them. [owner]
    void add(const ScriptReload& reload);
    // Writes what is left, and closes the file. No push() after it. Idempotent. [owner]
    void finish();
    // Why the log stopped before finish(), once: else empty. [owner]
    std::string take_failure();

private:
    void run();
    void write_what_is_there();
    void fail(const char* why) noexcept;
    void write_chunk(LogChunk::Kind kind, std::span<const std::byte> content);

    std::filesystem::path path_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    moodycamel::ConcurrentQueue<LogRecord> queue_;
    moodycamel::ProducerToken token_;
    std::vector<LogRecord> batch_;
    std::mutex reloads_mutex_;
    std::vector<std::string> reloads_;  // still to be written
    std::string failure_;
    std::atomic<bool> failed_{false};
    std::mutex stopping_mutex_;
    std::condition_variable stop_requested_;
    bool stopping_ = false;
    GuardedThread thread_;
    bool failure_reported_ = false;
};

}  // namespace forerun
