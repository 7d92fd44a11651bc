#include "tools/measure/record/result_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "rt-engine/session/json_text.h"
#include "shared/bad_input.h"
#include "tools/recording/output_file.h"
#include "tools/report/file_text.h"
#include "tools/report/json_output.h"

namespace forerun::measure {
namespace {

namespace fs = std::filesystem;

Plan read_plan(const fs::path& folder) {
    const auto text = text_of_file(folder / "plan.json");
    if (text.empty()) throw BadInput(folder.string() + ": is no result of forerun measure (it has no plan.json)");
    const auto shown = (folder / "plan.json").string();
    return Plan::of(parse_json<Json>(text, shown, "give the folder that forerun measure wrote"), shown);
}

// What was renamed is there after a loss of power, too.
void settle(const fs::path& folder) {
    const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return;
    fsync(directory);
    close(directory);
}

}  // namespace

ResultFolder::ResultFolder(const fs::path& folder) : folder_(folder), plan_(read_plan(folder)) {}

ResultFolder::ResultFolder(const fs::path& folder, const Plan& plan) : folder_(folder), plan_(plan) {
    std::error_code error;
    if (fs::exists(folder, error) && !fs::is_directory(folder, error))
        throw BadInput(folder.string() + ": is no folder; name another one for the result");
    if (fs::is_directory(folder, error) && !fs::exists(folder / "plan.json", error) && !fs::is_empty(folder, error) &&
        !fs::exists(folder / ".lock", error))
        throw BadInput(folder.string() + ": holds other files; name another folder for the result");
    fs::create_directories(folder / "cells", error);
    if (error) throw BadInput(folder.string() + ": cannot be made (" + error.message() + "); name another folder");
    lock_ = open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (lock_ < 0)
        throw BadInput(folder.string() + ": no file can be made there (" + std::strerror(errno) +
                       "); make room, or name another folder");
    if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        close(lock_);
        throw BadInput(folder.string() + ": somebody else is measuring into it; wait, or name another folder");
    }
    const auto text = json_text(plan.json(), 2) + "\n";
    const auto there = text_of_file(folder / "plan.json");
    if (there.empty()) {
        write("plan.json", text);
    } else if (there != text) {
        close(lock_);
        throw BadInput(folder.string() + ": holds the results of another plan; name another folder");
    }
}

ResultFolder::~ResultFolder() {
    if (lock_ >= 0) close(lock_);
}

bool ResultFolder::has(const CellName& name) const {
    std::error_code error;
    return fs::exists(cell(name) / "cell.json", error);
}

fs::path ResultFolder::part(const CellName& name) const {
    return folder_ / "cells" / fmt::format(".{}.part", name.text());
}

std::vector<CellName> ResultFolder::done() const {
    std::vector<CellName> cells;
    for (const auto& name : plan_.order())
        if (has(name)) cells.push_back(name);
    return cells;
}

fs::path ResultFolder::begin(const CellName& name) const {
    std::error_code error;
    fs::remove_all(part(name), error);
    fs::create_directories(part(name), error);
    if (error) throw std::runtime_error(part(name).string() + " cannot be made (" + error.message() + ")");
    return part(name);
}

void ResultFolder::keep(const CellName& name) const {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(part(name), error)) {
        const int file = open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) continue;
        fsync(file);
        close(file);
    }
    fs::rename(part(name), cell(name), error);
    if (error) throw std::runtime_error(cell(name).string() + " cannot be made (" + error.message() + ")");
    settle(folder_ / "cells");
}

void ResultFolder::write(const std::string& name, const std::string& text) const {
    write_text({"-o", folder_ / name}, text);
}

}  // namespace forerun::measure
