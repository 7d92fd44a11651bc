#include "tools/measure/run/merge.h"

#include <fmt/format.h>

#include <filesystem>

#include "shared/bad_input.h"
#include "tools/measure/record/result_folder.h"
#include "tools/report/file_text.h"

namespace forerun::measure {
namespace {

namespace fs = std::filesystem;

// The files of a cell, as write_cell and a cell's process make them: a link would bring in some other file, a pipe never end.
void copy_cell(const fs::path& from, const fs::path& to) {
    for (const auto& entry : fs::directory_iterator(from)) {
        if (!fs::is_regular_file(entry.symlink_status()))
            throw BadInput(entry.path().string() + ": is no file of a result; take it out, or leave this folder out");
        fs::copy_file(entry.path(), to / entry.path().filename());
    }
}

}  // namespace

void merge_results(const std::vector<std::string>& from, const std::string& into) {
    if (from.empty()) throw BadInput("--merge: name the folders to be merged");
    const ResultFolder first(from.front());
    const ResultFolder whole(into, first.plan());
    for (const auto& part : from) {
        const ResultFolder folder(part);
        if (folder.plan().json() != whole.plan().json())
            throw BadInput(fmt::format("--merge {}: is of another plan than {}", part, from.front()));
        for (const auto& cell : folder.done()) {
            if (whole.has(cell)) {
                if (text_of_file(whole.cell(cell) / "cell.json") != text_of_file(folder.cell(cell) / "cell.json"))
                    throw BadInput(
                        fmt::format("--merge {}: {} was measured twice; leave one of them out", part, cell.text()));
                continue;
            }
            const auto place = whole.begin(cell);
            copy_cell(folder.cell(cell), place);
            whole.keep(cell);
        }
    }
}

}  // namespace forerun::measure
