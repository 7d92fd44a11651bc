#include "tools/options/memory_need.h"

#include <fmt/format.h>

#include <algorithm>

#include "shared/bad_input.h"
#include "shared/script_runtime.h"
#include "shared/shared_state.h"

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

namespace forerun {

namespace {

constexpr std::uint64_t most_engine_bytes = std::uint64_t{32} << 30;

// 0: not known.
std::uint64_t machine_bytes() {
#if defined(_SC_PHYS_PAGES)
    const auto pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGE_SIZE);
    if (pages > 0 && bytes > 0) return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(bytes);
#endif
    return 0;
}

}  // namespace

void require_memory(const Configuration& given) {
    auto configuration = given;
    configuration.workers = worker_count(given);
    const auto bytes = SharedState::size_bytes(configuration);
    const auto machine = machine_bytes();
    if (bytes <= most_engine_bytes && (machine == 0 || bytes <= machine / 2)) return;
    throw BadInput(fmt::format(
        "--voices {} with --depth {}: their sound rendered ahead takes {:.1f} GiB, of at most {:.1f} on this machine; "
        "choose less --depth or fewer --voices",
        configuration.voices, configuration.depth_frames, static_cast<double>(bytes) / (1 << 30),
        static_cast<double>(machine == 0 ? most_engine_bytes : std::min(most_engine_bytes, machine / 2)) / (1 << 30)));
}

}  // namespace forerun
