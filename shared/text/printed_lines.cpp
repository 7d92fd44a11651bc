#include "shared/text/printed_lines.h"

#include <cstdint>
#include <cstdio>
#include <mutex>
#include <utility>

#include "shared/text/printable.h"

namespace forerun {
namespace {

constexpr std::size_t most_kept = 1000;

struct Waiting {
    std::mutex mutex;
    bool held = false;
    std::vector<std::string> lines;
    std::uint64_t left_out = 0;
};

// Never destroyed: threads may print until the process ends.
Waiting& waiting() {
    static auto* const one = new Waiting;
    return *one;
}

void write_now(std::string line) {
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

void PrintedLines::write(std::string_view text) noexcept try {
    auto line = printable(text);
    auto& w = waiting();
    {
        const std::lock_guard lock(w.mutex);
        if (w.held) {
            if (w.lines.size() < most_kept)
                w.lines.push_back(std::move(line));
            else
                ++w.left_out;
            return;
        }
    }
    write_now(std::move(line));
} catch (...) {
    // Without memory the line is lost.
}

PrintedLines::Held::Held() {
    const std::lock_guard lock(waiting().mutex);
    waiting().held = true;
}

PrintedLines::Held::~Held() {
    auto lines = take();
    {
        const std::lock_guard lock(waiting().mutex);
        waiting().held = false;
        for (auto& line : waiting().lines) lines.push_back(std::move(line));
        waiting().lines.clear();
    }
    for (auto& line : lines) write_now(std::move(line));
}

std::vector<std::string> PrintedLines::Held::take() {
    auto& w = waiting();
    const std::lock_guard lock(w.mutex);
    auto lines = std::exchange(w.lines, {});
    if (const auto count = std::exchange(w.left_out, 0); count > 0)
        lines.push_back(std::to_string(count) + " more lines");
    return lines;
}

}  // namespace forerun
