#include "tools/live/script_watcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/stat.h>
#endif

#include "shared/bad_input.h"
#include "shared/text/printable.h"

namespace forerun {
namespace fs = std::filesystem;

namespace {

// A file is reloaded when it was the same in two looks: an editor may write it in pieces.
constexpr auto pause = std::chrono::milliseconds(50);

std::optional<fs::file_time_type> folder_time_of(const fs::path& file) {
    std::error_code failed;
    const auto time = fs::last_write_time(file.parent_path(), failed);
    return failed ? std::nullopt : std::optional(time);
}

}  // namespace

ScriptWatcher::ScriptWatcher(Engine& engine) : engine_(engine) {
    for (const auto& file : engine.script_files()) watch(file);
    thread_ = GuardedThread([this] { run(); }, [this](const char* why) { say_failure(why); });
}

ScriptWatcher::~ScriptWatcher() {
    stopping_.store(true, std::memory_order_relaxed);
    thread_.join();
}

void ScriptWatcher::run() {
    while (!stopping_.load(std::memory_order_relaxed)) {
        // A file that cannot be looked at, whatever the reason, is one that plays on as it was.
        run_guarded([this] { look_at_all(); }, [this](const char* why) { say_failure(why); });
        std::this_thread::sleep_for(pause);
    }
}

std::optional<ScriptWatcher::Stamp> ScriptWatcher::stamp_of(const fs::path& file) {
    std::error_code failed;
    Stamp stamp;
    stamp.time = fs::last_write_time(file, failed);
    if (!failed) stamp.bytes = fs::file_size(file, failed);
    if (!failed) stamp.real = fs::canonical(file, failed);
    if (failed) return std::nullopt;
#if defined(__unix__) || defined(__APPLE__)
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) return std::nullopt;
    stamp.device = status.st_dev;
    stamp.number = status.st_ino;
#endif
    return stamp;
}

// It may have changed since it was read: warming up takes its time, too.
void ScriptWatcher::watch(const fs::path& path) {
    const auto stamp = stamp_of(path);
    files_[path].loaded = stamp && engine_.is_as_read(path) ? *stamp : Stamp{};
}

void ScriptWatcher::look_at_all() {
    bool reloaded = false;
    for (auto& [path, file] : files_) reloaded = look(path, file) || reloaded;
    if (!reloaded) return;
    // New versions may have read more files, also those that failed, and left others alone.
    const auto now = engine_.script_files();
    std::erase_if(files_, [&](const auto& f) { return std::find(now.begin(), now.end(), f.first) == now.end(); });
    for (const auto& file : now)
        if (!files_.contains(file)) watch(file);
}

bool ScriptWatcher::look(const fs::path& path, File& file) {
    const auto now = stamp_of(path);
    // Between removing and renaming there may be none for a moment.
    if (!now || (*now == file.loaded && (!file.folder_time || folder_time_of(path) == file.folder_time))) {
        file.seen.reset();
        return false;
    }
    if (file.seen != now) {
        file.seen = now;
        return false;
    }
    if (*now != file.loaded) file.failure.clear();
    file.loaded = *now;
    file.seen.reset();
    reload(path, file);
    return true;
}

void ScriptWatcher::reload(const fs::path& path, File& file) {
    std::error_code ignored;
    const auto near = path.lexically_relative(fs::current_path(ignored));
    const auto shown = near.empty() || near.string().starts_with("..") ? path.string() : near.string();
    const auto folder_time = folder_time_of(path);
    try {
        if (const auto count = engine_.reload(path); count == 0)
            say(fmt::format("{} has changed; no voice can take it over while it plays: start again to hear it", shown));
        else
            say(fmt::format("{} reloaded", shown));
        for (const auto& remark : engine_.take_reload_remarks()) say(remark);
        file.folder_time.reset();
        file.failure.clear();
    } catch (const BadInput& error) {
        if (file.failure != error.what()) say(fmt::format("{}; the version before plays on", error.what()));
        file.failure = error.what();
        file.folder_time = folder_time;
    }
}

void ScriptWatcher::say_failure(const char* why) noexcept {
    run_guarded([&] { say(fmt::format("a script was not looked at: {}", why)); }, [](const char*) {});
}

void ScriptWatcher::say(const std::string& line) {
    const std::lock_guard lock(lines_mutex_);
    lines_.push_back(printable(line));
}

std::vector<std::string> ScriptWatcher::take_lines() {
    const std::lock_guard lock(lines_mutex_);
    return std::exchange(lines_, {});
}

}  // namespace forerun
