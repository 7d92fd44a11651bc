// forerun version: version, libraries and build of this program.
#include <sndfile.h>

#include "script-runtime/sandbox/script_thread_wall.h"
#include "shared/script_runtime.h"
#include "shared/version.h"
#include "tools/commands/commands.h"
#include "tools/report/print_line.h"

namespace forerun {

void add_version(CLI::App& program, Run& run) {
    auto* command = program.add_subcommand("version", "The versions of the program and its parts");
    command->callback([&run] {
        run = [] {
            print_line("forerun {}", FORERUN_VERSION);
            print_line("{}", make_script_runtime({})->description());
            print_line("{}", sf_version_string());
            print_line("{}", ScriptThreadWall::description());
            return exit_fine;
        };
    });
}

}  // namespace forerun
