#include "tools/measure/merge.h"

#include <fmt/format.h>

#include <filesystem>

#include "shared/bad_input.h"
#include "tools/file_text.h"
#include "tools/measure/result_folder.h"

namespace forerun::measure {
namespace {

namespace fs = std::filesystem;

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
            fs::copy(folder.cell(cell), place, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
            whole.keep(cell);
        }
    }
}

}  // namespace forerun::measure
