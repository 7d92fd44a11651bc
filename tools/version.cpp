// forerun version: what this program is made of.
#include <sndfile.h>

#include <cstdio>

#include "shared/script_runtime.h"
#include "shared/version.h"
#include "tools/commands.h"

namespace forerun {

void add_version(CLI::App& program, Run& run) {
    auto* command = program.add_subcommand("version", "The versions of the program and its parts");
    command->callback([&run] {
        run = [] {
            std::printf("forerun %s\n%s\n%s\n", FORERUN_VERSION, make_script_runtime({})->description().c_str(),
                        sf_version_string());
            return exit_fine;
        };
    });
}

}  // namespace forerun
