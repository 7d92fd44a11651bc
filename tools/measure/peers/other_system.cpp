#include "tools/measure/peers/other_system.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <thread>

#include "shared/bad_input.h"
#include "tools/measure/plan/event_plan.h"

namespace forerun::measure {
namespace {

struct Known {
    const char *mode, *program;
    std::unique_ptr<OtherSystem> (*start)(const HeldVoices&, const std::filesystem::path&);
};
constexpr std::array<Known, 3> systems{
    {{"supercollider", "scsynth", start_supercollider}, {"csound", "csound", start_csound}, {"pd", "pd", start_pd}}};

const Known& known(const std::string& mode) {
    for (const auto& system : systems)
        if (mode == system.mode) return system;
    throw BadInput(fmt::format("mode {}: is no other system", mode));
}

std::string first_line_with_digit(const std::filesystem::path& file) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.find_first_of("0123456789") != std::string::npos) return line;
    return {};
}

}  // namespace

double HeldVoices::hz(std::uint32_t n) const {
    return 440 * std::exp2((static_cast<double>(held_note(n, 0).number) - 69) / 12);
}

OtherSystem::OtherSystem(const char* mode) : client_(fmt::format("{}-{}", mode, getpid())) {}

void OtherSystem::start(std::vector<std::string> words, const char* version_option,
                        const std::filesystem::path& folder) {
    words_ = std::move(words);
    ChildProcess asked({words_.front(), version_option}, folder / "version.txt", SIGKILL);
    for (int tries = 0; tries < 500 && asked.running(); ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    version_ = first_line_with_digit(folder / "version.txt");
    process_ = std::make_unique<ChildProcess>(words_, folder / "says.txt", SIGKILL);
}

bool is_other_system(const std::string& mode) {
    return std::any_of(systems.begin(), systems.end(), [&](const Known& s) { return mode == s.mode; });
}

void require_installed(const std::string& mode) {
    const auto& system = known(mode);
    if (!is_program(system.program))
        throw BadInput(
            fmt::format("mode {}: {} is not installed; install it, or leave the mode out", mode, system.program));
}

std::unique_ptr<OtherSystem> start_other_system(const std::string& mode, const HeldVoices& voices,
                                                const std::filesystem::path& folder) {
    require_installed(mode);
    return known(mode).start(voices, folder);
}

}  // namespace forerun::measure
