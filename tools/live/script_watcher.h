// Watches the files of scripts, and reloads what has changed while it plays.
//
// Compares time, size and identity of each file (links and folders may be replaced) several times a second: that works with
// every editor (also those that save by renaming) and every file system, and needs no system service.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "shared/threads/guarded_thread.h"

namespace forerun {

class ScriptWatcher {
public:
    // The engine plays, and outlives the watcher. Starts a thread, since compiling and warming take their time.
    explicit ScriptWatcher(Engine& engine);
    ~ScriptWatcher();
    ScriptWatcher(const ScriptWatcher&) = delete;
    ScriptWatcher& operator=(const ScriptWatcher&) = delete;

    // What happened since the last call, a line each. [any thread]
    std::vector<std::string> take_lines();

private:
    // What distinguishes one state of a file from another.
    struct Stamp {
        std::filesystem::path real;  // without links
        std::uint64_t device = 0, number = 0;
        std::filesystem::file_time_type time;
        std::uintmax_t bytes = 0;
        bool operator==(const Stamp&) const = default;
    };
    struct File {
        Stamp loaded;
        std::optional<Stamp> seen;  // changed, and perhaps still being written
        // After a version that could not be used: of its folder. It may have asked for a file that comes later.
        std::optional<std::filesystem::file_time_type> folder_time;
        std::string failure;  // what was said about it
    };
    static std::optional<Stamp> stamp_of(const std::filesystem::path& file);
    void run();
    void watch(const std::filesystem::path& path);
    void look_at_all();
    // True when it was reloaded, or could not be.
    bool look(const std::filesystem::path& path, File& file);
    void reload(const std::filesystem::path& path, File& file);
    void say(const std::string& line);
    void say_failure(const char* why) noexcept;

    Engine& engine_;
    std::map<std::filesystem::path, File> files_;
    std::mutex lines_mutex_;
    std::vector<std::string> lines_;
    std::atomic<bool> stopping_{false};
    GuardedThread thread_;
};

}  // namespace forerun
