// The manual page, made from what the command line says about itself: so it cannot lack an option.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace forerun {

// In the language of man(7). `version` is the program's.
std::string man_page(const CLI::App& program, const std::string& version);

}  // namespace forerun
