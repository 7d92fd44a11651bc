#include "tools/measure/run/stressor.h"

#include <fmt/format.h>

#include <sstream>

#include "shared/bad_input.h"

namespace forerun::measure {

Stressor::Stressor(const std::string& text) {
    if (text == "none") return;
    std::istringstream in(text);
    std::string kind, rest;
    int count = 0;
    if (!(in >> kind >> count) || in >> rest || count < 1 || count > 1024 ||
        (kind != "cpu" && kind != "vm" && kind != "io"))
        throw BadInput(fmt::format("stressor \"{}\": write cpu N, vm N or io N", text));
    if (is_program("stress-ng")) {
        program_ = std::make_unique<ChildProcess>(
            std::vector<std::string>{"stress-ng", "--" + kind, std::to_string(count)}, "/dev/null");
        return;
    }
    if (kind != "cpu") throw BadInput(fmt::format("stressor \"{}\": needs stress-ng; install it, or use cpu N", text));
    for (int i = 0; i < count; ++i)
        threads_.emplace_back(
            [this] {
                while (!ends_.load(std::memory_order_relaxed)) continue;
            },
            [](const char*) {});  // it does nothing that could fail
}

Stressor::~Stressor() {
    ends_.store(true, std::memory_order_relaxed);
    for (auto& thread : threads_) thread.join();
}

std::string Stressor::made_by() const { return program_ ? "stress-ng" : threads_.empty() ? "" : "spinning threads"; }

}  // namespace forerun::measure
