#include "tools/commands/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "shared/version.h"
#include "tools/commands/commands.h"
#include "tools/report/print_line.h"

namespace forerun {

namespace {

// A text for troff: a backslash is its own, a hyphen becomes the minus that people copy, and a line that begins with a dot
// or an apostrophe is no request.
std::string escaped(std::string_view text) {
    std::string out;
    bool line_begins = true;
    for (const char c : text) {
        if (line_begins && (c == '.' || c == '\'')) out += "\\&";
        line_begins = c == '\n';
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out;
}

std::string sentence(std::string text) {
    if (!text.empty() && std::string_view(".!?").find(text.back()) == std::string_view::npos) text += '.';
    return escaped(text);
}

bool is_hidden(const std::string& group) { return group.empty(); }

// "-o, --output TEXT" in bold and italics.
std::string heading_of(const CLI::Option& option) {
    std::string names;
    const auto add = [&](const std::string& dashes, const std::vector<std::string>& all) {
        for (const auto& name : all)
            names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", escaped(dashes + name));
    };
    if (option.get_positional()) return fmt::format("\\fI{}\\fR", escaped(option.get_name()));
    add("-", option.get_snames());
    add("--", option.get_lnames());
    const bool takes_value = option.get_expected_max() != 0;
    if (!takes_value) return names;
    auto value = option.get_lnames().empty() ? std::string("value") : option.get_lnames().front();
    std::transform(value.begin(), value.end(), value.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    value = fmt::format("\\fI{}\\fR", escaped(value));
    return names + (option.get_expected_min() == 0 ? " [" + value + "]" : " " + value);
}

void add_options(std::string& out, const CLI::App& command) {
    for (const auto* option : command.get_options()) {
        if (is_hidden(option->get_group())) continue;
        out += fmt::format(".TP\n{}\n{}\n", heading_of(*option), sentence(option->get_description()));
    }
}

std::vector<const CLI::App*> commands_of(const CLI::App& program) {
    auto commands = program.get_subcommands([](const CLI::App* command) { return !is_hidden(command->get_group()); });
    return commands;
}

std::string synopsis_of(const CLI::App& command) {
    auto line = fmt::format("\\fBforerun {}\\fR [\\fIoptions\\fR]", escaped(command.get_name()));
    for (const auto* option : command.get_options())
        if (option->get_positional())
            line += (option->get_required() ? " " : " [") + fmt::format("\\fI{}\\fR", escaped(option->get_name())) +
                    (option->get_required() ? "" : "]");
    return line;
}

}  // namespace

std::string man_page(const CLI::App& program, const std::string& version) {
    const auto commands = commands_of(program);
    std::string out = fmt::format(
        ".TH FORERUN 1 \"\" \"Forerun {}\" \"User Commands\"\n"
        ".SH NAME\nforerun \\- plays music with instruments that are Lua scripts\n.SH SYNOPSIS\n",
        escaped(version));
    for (const auto* command : commands) out += synopsis_of(*command) + "\n.br\n";
    out += "\\fBforerun\\fR \\fB\\-\\-help\\fR\n.SH DESCRIPTION\n" + sentence(program.get_description()) +
           "\nA voice is a Lua script that is rendered about half a second ahead of what is heard, so that it may be "
           "slow,\n"
           "collect garbage or fail without a gap in the sound.\n.SH COMMANDS\n";
    for (const auto* command : commands) {
        out += fmt::format(".SS \"{}\"\n{}\n", escaped(command->get_name()), sentence(command->get_description()));
        add_options(out, *command);
    }
    out +=
        ".SH EXIT STATUS\n.TP\n0\nEverything was done.\n.TP\n1\nSound was made, but something failed.\n.TP\n2\n"
        "What was given cannot be used; nothing was changed.\n.TP\n130\nThe program was asked to stop.\n"
        ".SH ENVIRONMENT\n.TP\n\\fBFORERUN_PATH\\fR\nFolders, separated by colons, in which voices and rigs are looked "
        "for"
        " first.\n.TP\n\\fBXDG_CONFIG_HOME\\fR, \\fBHOME\\fR\nWhere what was learned is kept for rigs in folders that"
        " cannot be written.\n.TP\n\\fBTMPDIR\\fR\nWhere a replay unpacks its scripts.\n"
        ".SH EXAMPLES\n.nf\nforerun render song.mid \\-o song.wav\nforerun play organ \\-\\-midi all \\-\\-record "
        "evening.flac\n"
        "forerun check my\\-voice.lua\n.fi\n"
        ".SH SEE ALSO\nThe documents that are installed with the program, in share/doc/forerun: playing.md, voices.md,"
        " rigs.md, rewind.md, measure.md, embedding.md.\n";
    return out;
}

void add_man(CLI::App& program, Run& run) {
    auto* command = program.add_subcommand("man", "Print the manual page");
    command->group("");  // for packagers
    command->callback([&program, &run] {
        run = [&program] {
            print_lines(man_page(program, FORERUN_VERSION));
            return exit_fine;
        };
    });
}

}  // namespace forerun
