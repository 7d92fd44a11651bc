// The table of subcommands.
#include "tools/commands/commands.h"

namespace forerun {

void add_render(CLI::App& program, Run& run);
void add_play(CLI::App& program, Run& run);
void add_check(CLI::App& program, Run& run);
void add_devices(CLI::App& program, Run& run);
void add_replay(CLI::App& program, Run& run);
void add_measure(CLI::App& program, Run& run);
void add_version(CLI::App& program, Run& run);
void add_man(CLI::App& program, Run& run);

namespace {

constexpr Command all[] = {{"render", add_render},   {"play", add_play},     {"check", add_check},
                           {"devices", add_devices}, {"replay", add_replay}, {"measure", add_measure},
                           {"version", add_version}, {"man", add_man}};  // the last, since it describes all of them

}  // namespace

std::span<const Command> commands() { return all; }

}  // namespace forerun
