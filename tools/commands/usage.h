// Error messages for a wrong command line, which say what to write instead.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace forerun {

// One line, for an error that parsing these arguments has thrown.
std::string usage_text(const CLI::App& program, const CLI::ParseError& error);

}  // namespace forerun
