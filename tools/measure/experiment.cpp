#include "tools/measure/experiment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <thread>

#include "shared/bad_input.h"
#include "tools/measure/cell_run.h"
#include "tools/stop_signal.h"

namespace forerun::measure {
namespace {

using clock = std::chrono::steady_clock;

constexpr double longest_start_seconds = 120;  // compiling and warming a large rig, another system's start

double seconds_since(clock::time_point then) { return std::chrono::duration<double>(clock::now() - then).count(); }

pid_t start_cell(const ResultFolder& folder, const CellName& name, const std::filesystem::path& words) {
    const auto cell = name.text();
    const auto parent = getpid();
    const pid_t process = fork();
    if (process != 0) return process;
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
#endif
    const int out = open(words.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(open("/dev/null", O_RDONLY), 0);
    dup2(out, 1);
    dup2(out, 2);
    // Ctrl-C is for the one who waits.
    setpgid(0, 0);
    execl("/proc/self/exe", "forerun", "measure", "--cell", cell.c_str(), "-o", folder.path().c_str(),
          static_cast<char*>(nullptr));
    _exit(127);
}

std::string last_line(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line, last;
    while (std::getline(in, line))
        if (!line.empty()) last = line;
    return last;
}

// Why the cell is not there; empty: it is.
std::string failure(int status, const std::filesystem::path& words) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFSIGNALED(status))
        return fmt::format("ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
    const auto said = last_line(words);
    return said.empty() ? fmt::format("exit code {}", WEXITSTATUS(status)) : said;
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
                       const std::function<void(const Progress&)>& told) {
    const auto order = folder.plan().order();
    std::vector<CellName> mine;
    for (std::size_t i = 0; i < order.size(); ++i)
        if (static_cast<int>(i % static_cast<std::size_t>(shard.count)) == shard.number - 1) mine.push_back(order[i]);
    std::vector<CellName> left;
    for (const auto& name : mine)
        if (!folder.has(name)) left.push_back(name);

    Outcome outcome;
    const auto began = clock::now();
    for (std::size_t i = 0; i < left.size() && !stop_requested(); ++i) {
        const double each =
            i == 0 ? folder.plan().seconds_of_a_cell() + 1 : seconds_since(began) / static_cast<double>(i);
        told({mine.size() - left.size() + i, mine.size(), left[i].text(), each * static_cast<double>(left.size() - i)});
        const auto words = folder.begin(left[i]) / "log.txt";
        const pid_t process = start_cell(folder, left[i], words);
        if (process < 0) throw std::runtime_error("no new process can be started");
        const auto started = clock::now();
        const double patience = 3 * folder.plan().seconds_of_a_cell() + longest_start_seconds;
        int status = 0;
        bool killed = false;
        while (waitpid(process, &status, WNOHANG) == 0) {
            if (!killed && (stop_requested() || seconds_since(started) > patience)) {
                kill(process, SIGKILL);
                killed = true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        if (killed && stop_requested()) break;
        if (killed) {
            outcome.failed.push_back(fmt::format("{}: did not end within {:.0f} s", left[i].text(), patience));
            continue;
        }
        if (const auto why = failure(status, words); !why.empty()) {
            outcome.failed.push_back(left[i].text() + ": " + why);
            continue;
        }
        folder.keep(left[i]);
        ++outcome.run;
    }
    outcome.stopped = stop_requested();
    told({mine.size() - left.size() + outcome.run, mine.size(), "", 0});
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
