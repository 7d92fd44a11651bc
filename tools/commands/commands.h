// The program's subcommands. Each adds itself to the command line and puts what is to be run into `run`, which returns the
// exit code: 0, 1 when something failed while playing, 2 (thrown as BadInput) for input that cannot be used.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <span>

namespace forerun {

using Run = std::function<int()>;

inline constexpr int exit_fine = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_bad_input = 2;
inline constexpr int exit_interrupted = 130;

// Every subcommand, in the order of --help. A new one is a file with such a function and a line in commands.cpp.
struct Command {
    const char* name;
    void (*add)(CLI::App& program, Run& run);
};
std::span<const Command> commands();

}  // namespace forerun
