#include "tools/script_watcher.h"

#include <fmt/format.h>

#include <chrono>
#include <system_error>
#include <utility>

#include "shared/bad_input.h"

namespace forerun {
namespace fs = std::filesystem;

namespace {

// A file is reloaded when it was the same in two looks: an editor may write it in pieces.
constexpr auto pause = std::chrono::milliseconds(50);

}  // namespace

ScriptWatcher::ScriptWatcher(Engine& engine) : engine_(engine) {
    for (const auto& file : engine.script_files())
        if (const auto stamp = stamp_of(file)) files_[file].loaded = *stamp;
    thread_ = std::thread([this] {
        while (!stopping_.load(std::memory_order_relaxed)) {
            for (auto& [path, file] : files_) look(path, file);
            std::this_thread::sleep_for(pause);
        }
    });
}

ScriptWatcher::~ScriptWatcher() {
    stopping_.store(true, std::memory_order_relaxed);
    thread_.join();
}

std::optional<ScriptWatcher::Stamp> ScriptWatcher::stamp_of(const fs::path& file) {
    std::error_code failed;
    Stamp stamp;
    stamp.time = fs::last_write_time(file, failed);
    if (!failed) stamp.bytes = fs::file_size(file, failed);
    if (failed) return std::nullopt;
    return stamp;
}

void ScriptWatcher::look(const fs::path& path, File& file) {
    const auto now = stamp_of(path);
    // Between removing and renaming there may be none for a moment.
    if (!now || *now == file.loaded) {
        file.seen.reset();
        return;
    }
    if (file.seen != now) {
        file.seen = now;
        return;
    }
    file.loaded = *now;
    file.seen.reset();
    reload(path);
}

void ScriptWatcher::reload(const fs::path& path) {
    std::error_code ignored;
    const auto near = fs::relative(path, ignored);
    const auto shown = near.empty() || near.string().starts_with("..") ? path.string() : near.string();
    try {
        if (const auto count = engine_.reload(path); count == 0)
            say(fmt::format("{} has changed; no voice can take it over while it plays: start again to hear it", shown));
        else
            say(fmt::format("{} reloaded", shown));
        // A new version may read more files.
        for (const auto& file : engine_.script_files())
            if (const auto stamp = stamp_of(file); stamp && !files_.contains(file)) files_[file].loaded = *stamp;
    } catch (const BadInput& error) {
        say(fmt::format("{}; the version before plays on", error.what()));
    }
}

void ScriptWatcher::say(const std::string& line) {
    const std::lock_guard lock(lines_mutex_);
    lines_.push_back(line);
}

std::vector<std::string> ScriptWatcher::take_lines() {
    const std::lock_guard lock(lines_mutex_);
    return std::exchange(lines_, {});
}

}  // namespace forerun
