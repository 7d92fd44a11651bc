// forerun: plays Lua voices ahead of time. One file per subcommand.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "shared/bad_input.h"
#include "tools/commands.h"
#include "tools/stop_signal.h"

namespace {

int complain(const std::string& text, int code) {
    // One line, whatever a file name or a library put into it.
    std::string line = text;
    for (auto& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    std::fprintf(stderr, "forerun: %s\n", line.c_str());
    return code;
}

bool is_command(const CLI::App& program, const std::string& name) {
    const auto commands = program.get_subcommands([](const CLI::App*) { return true; });
    return std::any_of(commands.begin(), commands.end(), [&](const auto* c) { return c->get_name() == name; });
}

}  // namespace

int main(int argc, char** argv) {
    using namespace forerun;
    CLI::App program{"Plays music with instruments that are Lua scripts, rendered ahead of time.", "forerun"};
    program.require_subcommand(1);
    Run run;
    add_render(program, run);
    add_play(program, run);
    add_devices(program, run);
    add_version(program, run);
    // CLI11 would only say that a subcommand is missing.
    if (argc > 1 && argv[1][0] != '-' && !is_command(program, argv[1]))
        return complain(
            std::string(argv[1]) + " is no command; there are render, play, devices and version; see forerun --help",
            exit_bad_input);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return program.exit(error);  // --help
        std::string command = "forerun";
        for (const auto* sub : program.get_subcommands()) command += " " + sub->get_name();
        return complain(std::string(error.what()) + "; see " + command + " --help", exit_bad_input);
    }
    catch_stop_signals();
    try {
        return run();
    } catch (const BadInput& error) {
        return complain(error.what(), exit_bad_input);
    } catch (const std::bad_alloc&) {
        return complain("not enough memory; choose fewer --voices or less --depth", exit_failed);
    } catch (const std::exception& error) {
        return complain(error.what(), exit_failed);
    }
}
