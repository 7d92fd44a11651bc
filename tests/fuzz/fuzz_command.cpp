// libFuzzer target for lines that a page or a program sends as commands: one that is read holds, and is written as a line that
// reads the same.
//
// Built by cmake/fuzz.cmake, run by run.sh.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "rt-engine/command.h"

using namespace forerun;

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz_command: broken promise: %s\n", what);
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    PlayerCommand command;
    try {
        command = parse_command({reinterpret_cast<const char*>(data), size});
    } catch (const BadInput& refusal) {
        require(printable(refusal.what()) == refusal.what(), "a refusal may be shown");
        return 0;
    }
    check(command);
    require(parse_command(text_of(command)) == command, "what is written reads the same");
    return 0;
}
