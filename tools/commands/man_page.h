// The manual page, generated from the command line's own description, so that no option is missing.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace forerun {

// In the language of man(7). `version` is the program's.
std::string man_page(const CLI::App& program, const std::string& version);

}  // namespace forerun
