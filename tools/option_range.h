// A range for an option's number, with a message that people can read ("between 1 and 4096").
#pragma once

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <string>

namespace forerun {

template <typename Number>
CLI::Validator between(Number least, Number most) {
    return CLI::Validator(
        [=](std::string& text) -> std::string {
            Number value{};
            if (!CLI::detail::lexical_cast(text, value) || !(value >= least && value <= most))
                return fmt::format("{} is not a number between {} and {}", text, least, most);
            return {};
        },
        "", "");
}

}  // namespace forerun
