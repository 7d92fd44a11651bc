// Validators of option values, with readable messages ("between 1 and 4096").
#pragma once

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <string>
#include <type_traits>

namespace forerun {

// Decimal only: no hexadecimal, octal, or sign of unsigned numbers. The text is rewritten, so that the library reads it the
// same way.
template <typename Number>
CLI::Validator between(Number least, Number most) {
    return CLI::Validator(
        [=](std::string& text) -> std::string {
            Number value{};
            const auto* end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, value);
            if (read.ec != std::errc() || read.ptr != end || !(value >= least && value <= most))
                return fmt::format("\"{}\" is not a {} between {} and {}", text,
                                   std::is_integral_v<Number> ? "whole number" : "number", least, most);
            text = fmt::format("{}", value);
            return {};
        },
        "", "");
}

// An empty name usually comes from an unset shell variable.
inline CLI::Validator not_empty() {
    return CLI::Validator(
        [](std::string& text) -> std::string {
            return text.empty() ? "the name is empty; give one or leave it out" : "";
        },
        "", "");
}

}  // namespace forerun
