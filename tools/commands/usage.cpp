#include "tools/commands/usage.h"

#include <fmt/format.h>

namespace forerun {

namespace {

bool holds(const std::string& text, const char* part) { return text.find(part) != text.npos; }

// The library's message begins with the option's name, and goes on for those who wrote the program.
std::string in_our_words(const std::string& text) {
    const auto option = text.substr(0, text.find_first_of(": "));
    if (holds(text, "required but received")) return option + " is given more than once; give it once";
    if (holds(text, " missing")) return option + " needs a value";
    if (holds(text, "flag override")) return "--" + option + " takes no value; give it alone or leave it out";
    if (holds(text, " excludes ")) return text + "; give one of the two";
    if (holds(text, " requires ")) return text + "; give both or none";
    return text;
}

// An argument that nothing takes is the cause of what else is missing, so it is reported first.
std::string untaken_text(const std::string& argument, const std::string& command) {
    if (argument.size() < 2 || argument[0] != '-')
        return fmt::format("\"{}\" is one argument too many for {}", argument, command);
    auto text = fmt::format("{} is no option of {}", argument, command);
    if (argument[1] != '-' && argument.find('.') != argument.npos)
        text += fmt::format("; a file of that name is written ./{}", argument);
    return text;
}

}  // namespace

std::string usage_text(const CLI::App& program, const CLI::ParseError& error) {
    std::string command = "forerun";
    for (const auto* sub : program.get_subcommands()) command += " " + sub->get_name();
    std::string text;
    bool only_names = false;
    for (const auto& argument : program.remaining(true)) {
        if (text.empty() && argument != "--") text = untaken_text(argument, command);
        only_names |= argument == "--";
    }
    if (only_names) text = "behind -- there are only names of files; give every option before it";
    if (text.empty() && program.get_subcommands().empty())
        text = "no command is given; there are render, play, replay, check, devices, measure and version";
    if (text.empty()) text = in_our_words(error.what());
    return text + "; see " + command + " --help";
}

}  // namespace forerun
