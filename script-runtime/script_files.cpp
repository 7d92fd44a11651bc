#include "script-runtime/script_files.h"

#include <utility>

#include "shared/files/file_bytes.h"
#include "shared/files/real_path.h"

namespace forerun {

std::filesystem::path current_script(const InstrumentDescription& instrument) {
    return instrument.found_at.empty() ? instrument.script : real_path(instrument.found_at);
}

void ScriptFiles::add(const std::filesystem::path& file, const std::string& text) {
    const std::lock_guard lock(mutex_);
    texts_.emplace(file, text);
}

void ScriptFiles::add_description(const InstrumentDescription& description) {
    const std::lock_guard lock(mutex_);
    descriptions_.emplace(description.script, description);
}

InstrumentDescription ScriptFiles::exchange_description(const InstrumentDescription& description) {
    const std::lock_guard lock(mutex_);
    return std::exchange(descriptions_.at(description.script), description);
}

void ScriptFiles::add_linked_folder(const std::filesystem::path& folder) {
    const std::lock_guard lock(mutex_);
    linked_folders_.insert(folder);
}

std::vector<ScriptText> ScriptFiles::texts() const {
    const std::lock_guard lock(mutex_);
    std::vector<ScriptText> all;
    for (const auto& [file, text] : texts_) all.push_back({file, text});
    return all;
}

std::vector<std::filesystem::path> ScriptFiles::watched(const Rig& rig) const {
    const std::lock_guard lock(mutex_);
    std::set<std::filesystem::path> all, links;
    auto left = linked_folders_;  // that no script of the rig is in any more
    for (const auto& [file, text] : texts_) all.insert(file);
    for (const auto& instrument : rig.instruments) {
        const auto script = current_script(instrument);
        left.erase(script.parent_path());
        if (instrument.found_at.empty()) continue;
        links.insert(instrument.found_at);
        all.erase(script);
    }
    std::erase_if(all, [&](const auto& file) { return left.contains(file.parent_path()); });
    all.merge(links);
    return {all.begin(), all.end()};
}

bool ScriptFiles::is_as_read(const std::filesystem::path& file) const {
    std::string read;
    {
        const std::lock_guard lock(mutex_);
        auto known = texts_.find(file);
        if (known == texts_.end()) known = texts_.find(real_path(file));
        if (known == texts_.end()) return false;
        read = known->second;
    }
    const auto now = try_read_file(file, read.size());
    return now.found == FileText::Found::text && now.text == read;
}

}  // namespace forerun
