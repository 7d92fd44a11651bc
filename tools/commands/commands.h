// The program's subcommands. Each adds itself to the command line and puts what is to be run into `run`, which answers the
// exit code: 0, 1 when something failed while playing, 2 (thrown as BadInput) for input that cannot be used.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace forerun {

using Run = std::function<int()>;

inline constexpr int exit_fine = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_bad_input = 2;
inline constexpr int exit_interrupted = 130;

void add_render(CLI::App& program, Run& run);
void add_play(CLI::App& program, Run& run);
void add_check(CLI::App& program, Run& run);
void add_devices(CLI::App& program, Run& run);
void add_replay(CLI::App& program, Run& run);
void add_measure(CLI::App& program, Run& run);
void add_version(CLI::App& program, Run& run);
void add_man(CLI::App& program, Run& run);  // last: it tells of all of them

}  // namespace forerun
