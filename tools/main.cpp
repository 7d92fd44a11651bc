// forerun: plays Lua voices ahead of time. One file per subcommand.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>

#include "shared/bad_input.h"
#include "tools/commands/commands.h"
#include "tools/commands/usage.h"
#include "tools/process/stop_signal.h"
#include "tools/report/error_line.h"

namespace {

int complain(const std::string& text, int code) {
    forerun::print_error(text);
    return code;
}

// A report that nobody can read is a failure like any other.
int end_output(int code) {
    errno = 0;
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return code;
    return complain(std::string("standard output cannot be written (") +
                        (errno ? std::strerror(errno) : "closed or full") + "); send it elsewhere",
                    code == forerun::exit_fine ? forerun::exit_failed : code);
}

bool is_command(const std::string& name) {
    return std::ranges::any_of(forerun::commands(), [&](const auto& command) { return command.name == name; });
}

// "render, play and version"
std::string command_names() {
    std::string names;
    const auto all = forerun::commands();
    for (std::size_t i = 0; i < all.size(); ++i)
        names += (i == 0 ? "" : i + 1 == all.size() ? " and " : ", ") + std::string(all[i].name);
    return names;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace forerun;
    CLI::App program{"Plays music with instruments that are Lua scripts, rendered ahead of time.", "forerun"};
    program.require_subcommand(1);
    Run run;
    for (const auto& command : commands()) command.add(program, run);
    if (argc > 1 && argv[1][0] != '-' && !is_command(argv[1]))
        return complain(
            std::string("\"") + argv[1] + "\" is no command; there are " + command_names() + "; see forerun --help",
            exit_bad_input);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return end_output(program.exit(error));  // --help
        return complain(usage_text(program, error), exit_bad_input);
    }
    catch_stop_signals();
    try {
        return end_output(run());
    } catch (const BadInput& error) {
        return complain(error.what(), exit_bad_input);
    } catch (const std::bad_alloc&) {
        return complain("not enough memory; choose fewer --voices or less --depth", exit_failed);
    } catch (const std::filesystem::filesystem_error& error) {
        const auto& path = error.path1().empty() ? error.path2() : error.path1();
        return complain(path.string() + (path.empty() ? "" : ": ") + error.code().message() +
                            "; look at the files and folders of this command",
                        exit_failed);
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::resource_unavailable_try_again) return complain(error.what(), exit_failed);
        return complain("no more threads can be started; choose fewer --workers or end other programs", exit_failed);
    } catch (const std::exception& error) {
        return complain(error.what(), exit_failed);
    }
}
