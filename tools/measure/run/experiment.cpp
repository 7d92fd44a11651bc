#include "tools/measure/run/experiment.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <thread>

#include "shared/bad_input.h"
#include "tools/measure/run/cell_run.h"
#include "tools/process/child_process.h"
#include "tools/process/stop_signal.h"

namespace forerun::measure {
namespace {

using clock = std::chrono::steady_clock;

constexpr double longest_start_seconds = 120;  // compiling and warming a large rig, another system's start

double seconds_since(clock::time_point then) { return std::chrono::duration<double>(clock::now() - then).count(); }

// Why the cell is not there; empty: it is.
// On a full disk a cell cannot even write why it failed.
std::string failure(const ChildProcess& process, const std::filesystem::path& folder) {
    const int status = process.status();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFSIGNALED(status))
        return fmt::format("ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    const auto said = process.last_line();
    if (!said.empty()) return said;
    constexpr std::uintmax_t a_block = 4096;
    std::error_code unknown;
    const auto space = std::filesystem::space(folder, unknown);
    return fmt::format("exit code {}{}", WEXITSTATUS(status),
                       !unknown && space.available < a_block
                           ? "; No space left on the disk of " + folder.string() + "; make room, or name another folder"
                           : "");
}

}  // namespace

Shard shard_of(const std::string& text) {
    Shard shard;
    const auto* end = text.data() + text.size();
    const auto number = std::from_chars(text.data(), end, shard.number);
    const bool slash = number.ec == std::errc() && number.ptr != end && *number.ptr == '/';
    const auto count = slash ? std::from_chars(number.ptr + 1, end, shard.count) : number;
    if (!slash || count.ec != std::errc() || count.ptr != end || shard.number < 1 || shard.number > shard.count)
        throw BadInput(fmt::format("--shard {}: write I/N, the I-th of N, from 1/N to N/N", text));
    return shard;
}

Outcome run_experiment(const ResultFolder& folder, const Shard& shard,
                       const std::function<void(const Progress&)>& report) {
    const auto order = folder.plan().order();
    std::vector<CellName> mine;
    for (std::size_t i = 0; i < order.size(); ++i)
        if (static_cast<int>(i % static_cast<std::size_t>(shard.count)) == shard.number - 1) mine.push_back(order[i]);
    std::vector<CellName> left;
    for (const auto& name : mine)
        if (!folder.has(name)) left.push_back(name);

    std::error_code gone;  // when another version was installed meanwhile
    auto program = std::filesystem::canonical("/proc/self/exe", gone);
    if (gone) program = "/proc/self/exe";

    Outcome outcome;
    const auto began = clock::now();
    for (std::size_t i = 0; i < left.size() && !stop_requested(); ++i) {
        const double each =
            i == 0 ? folder.plan().seconds_of_a_cell() + 1 : seconds_since(began) / static_cast<double>(i);
        report(
            {mine.size() - left.size() + i, mine.size(), left[i].text(), each * static_cast<double>(left.size() - i)});
        const auto words = folder.begin(left[i]) / "log.txt";
        ChildProcess process({program.string(), "measure", "--cell", left[i].text(), "-o", folder.path()}, words,
                             SIGKILL);
        const auto started = clock::now();
        const double patience = 3 * folder.plan().seconds_of_a_cell() + longest_start_seconds;
        while (process.running() && !stop_requested() && seconds_since(started) <= patience)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const bool ended = !process.running();
        if (!ended) process.end(SIGKILL);
        if (!ended && stop_requested()) break;
        const auto why = ended ? failure(process, folder.path()) : fmt::format("did not end within {:.0f} s", patience);
        if (!why.empty()) {
            outcome.failed.push_back(left[i].text() + ": " + why);
            continue;
        }
        folder.keep(left[i]);
        ++outcome.run;
    }
    outcome.stopped = stop_requested();
    report({mine.size() - left.size() + outcome.run, mine.size(), "", 0});
    return outcome;
}

void run_cell_of(const std::string& folder_name, const std::string& cell) {
    const ResultFolder folder(folder_name);
    for (const auto& name : folder.plan().order()) {
        if (name.text() != cell) continue;
        write_cell(folder.part(name), run_cell(folder.plan(), name));
        return;
    }
    throw BadInput(fmt::format("--cell {}: the plan in {} has no such cell", cell, folder_name));
}

}  // namespace forerun::measure
