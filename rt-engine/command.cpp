#include "rt-engine/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include "shared/messages/event.h"
#include "shared/text/printable.h"

namespace forerun {
namespace {

constexpr std::size_t longest_line_bytes = 8192;
constexpr std::size_t longest_name_bytes = 255, longest_file_bytes = 4095;
constexpr std::uint32_t largest_number = 65535;
constexpr int largest_learned = learned_nrpn + 16383;
constexpr double usual_velocity = 0.8;

enum class Field : std::uint8_t {
    none,
    key,
    learned,
    portion,
    channel,
    which,
    all_or_which,
    parameter,
    on_off,
    value,
    name,
    file
};

// Everything that distinguishes one command from another, in the order of CommandKind.
struct Form {
    CommandKind kind;
    std::string_view word;
    std::string_view usage;
    Field fields[5];       // the last is none
    std::size_t required;  // of the fields
};
constexpr Form forms[] = {
    {CommandKind::press, "press", "KEY [VELOCITY [CHANNEL]]", {Field::key, Field::portion, Field::channel}, 1},
    {CommandKind::release, "release", "KEY [CHANNEL]", {Field::key, Field::channel}, 1},
    {CommandKind::release_all, "release-all", "[CHANNEL]", {Field::channel}, 0},
    {CommandKind::controller, "controller", "NUMBER VALUE [CHANNEL]", {Field::key, Field::portion, Field::channel}, 2},
    {CommandKind::panic, "panic", "", {}, 0},
    {CommandKind::set, "set", "INSTRUMENT PARAMETER VALUE", {Field::which, Field::parameter, Field::value}, 3},
    {CommandKind::learn,
     "learn",
     "INSTRUMENT PARAMETER NUMBER [CHANNEL]",
     {Field::which, Field::parameter, Field::learned, Field::channel},
     3},
    {CommandKind::preset, "preset", "PRESET", {Field::which}, 1},
    {CommandKind::as_rig, "as-rig", "", {}, 0},
    {CommandKind::keep, "keep", "NAME", {Field::name}, 1},
    {CommandKind::rig, "rig", "RIG", {Field::which}, 1},
    {CommandKind::mute, "mute", "all|INSTRUMENT on|off", {Field::all_or_which, Field::on_off}, 2},
    {CommandKind::solo, "solo", "INSTRUMENT on|off", {Field::which, Field::on_off}, 2},
    {CommandKind::load, "load", "FILE", {Field::file}, 1},
    {CommandKind::reload, "reload", "FILE", {Field::file}, 1},
};

std::span<const Field> fields_of(const Form& form) {
    return {form.fields, std::ranges::find(form.fields, Field::none)};
}

const Form& form_of(CommandKind kind) {
    const auto form = std::ranges::find(forms, kind, &Form::kind);
    if (form == std::end(forms)) throw BadInput("no command has this kind");
    return *form;
}

[[noreturn]] void refuse(const Form& form, std::string_view why) {
    throw BadInput(
        fmt::format("{}: {}; write {}{}{}", form.word, why, form.word, form.usage.empty() ? "" : " ", form.usage));
}

// ---- Words of a line

struct Word {
    std::string text;
    bool quoted = false;
};

std::vector<Word> words_of(std::string_view line) {
    if (line.size() > longest_line_bytes)
        throw BadInput(fmt::format("a command of {} bytes is too long; {} are room", line.size(), longest_line_bytes));
    if (printable(line) != line)
        throw BadInput("a command holds a character that cannot be shown, or is no UTF-8: " + printable(line));
    std::vector<Word> words;
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == ' ') {
            ++at;
            continue;
        }
        auto& word = words.emplace_back();
        if (line[at] != '"') {
            const auto end = std::min(line.find(' ', at), line.size());
            word.text = line.substr(at, end - at);
            at = end;
            continue;
        }
        word.quoted = true;
        for (++at;; ++at) {
            if (at < line.size() && line[at] == '"') break;
            if (at + 1 < line.size() && line[at] == '\\') ++at;
            if (at >= line.size()) throw BadInput("a command ends within quotes; close them: " + std::string(line));
            word.text += line[at];
        }
        if (++at < line.size() && line[at] != ' ')
            throw BadInput("after closing quotes a blank is due: " + std::string(line));
    }
    return words;
}

const NamedOne& named(Field field, const PlayerCommand& c) { return field == Field::parameter ? c.parameter : c.which; }

template <typename Number>
std::optional<Number> number_in(std::string_view text, Number least, Number most) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (!(number >= least && number <= most)) return std::nullopt;  // not a number: neither
    return number;
}

template <typename Number>
Number require_number(const Form& form, const Word& word, const char* what, Number least, Number most) {
    if (!word.quoted)
        if (const auto number = number_in<Number>(word.text, least, most)) return *number;
    refuse(form, fmt::format("{} \"{}\" is no number between {} and {}", what, word.text, least, most));
}

void read(const Form& form, Field field, const Word& word, PlayerCommand& c) {
    const bool is_plain = !word.quoted;
    switch (field) {
    case Field::key: c.number = static_cast<std::uint16_t>(require_number(form, word, "number", 0, 127)); break;
    case Field::learned:
        c.number = static_cast<std::uint16_t>(require_number(form, word, "number", 0, largest_learned));
        break;
    case Field::portion: c.value = require_number(form, word, "value", 0.0, 1.0); break;
    case Field::channel: c.channel = static_cast<std::uint8_t>(require_number(form, word, "channel", 1, 16) - 1); break;
    case Field::value: c.value = require_number(form, word, "value", -1e30, 1e30); break;
    case Field::all_or_which:
        if (is_plain && word.text == "all") break;
        [[fallthrough]];
    case Field::which:
    case Field::parameter: {
        auto& one = field == Field::parameter ? c.parameter : c.which;
        if (is_plain && word.text.starts_with('#'))
            one.number = require_number(form, {word.text.substr(1)}, "number", std::uint32_t{1}, largest_number);
        else
            one.name = word.text;
        if (one == NamedOne()) refuse(form, "a name is empty");
        break;
    }
    case Field::on_off:
        if (word.quoted || (word.text != "on" && word.text != "off"))
            refuse(form, fmt::format("\"{}\" is neither on nor off", word.text));
        c.on = word.text == "on";
        break;
    case Field::name:
    case Field::file: c.text = word.text; break;
    case Field::none: break;
    }
}

// ---- A line of words

std::string written(std::string_view text) {
    const auto is_plain = [](char c) {
        return (c & 0x80) != 0 || std::string_view(" \"\\#").find(c) == std::string_view::npos;
    };
    if (!text.empty() && text != "all" && std::ranges::all_of(text, is_plain)) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string written(Field field, const PlayerCommand& c) {
    switch (field) {
    case Field::key:
    case Field::learned: return fmt::format("{}", c.number);
    case Field::portion:
    case Field::value: return fmt::format("{}", c.value);
    case Field::channel: return fmt::format("{}", c.channel + 1);
    case Field::all_or_which:
        if (c.which == NamedOne()) return "all";
        [[fallthrough]];
    case Field::which:
    case Field::parameter: {
        const auto& one = named(field, c);
        return one.number > 0 ? fmt::format("#{}", one.number) : written(one.name);
    }
    case Field::on_off: return c.on ? "on" : "off";
    case Field::name:
    case Field::file: return written(c.text);
    case Field::none: break;
    }
    return {};
}

void require_text(const Form& form, const char* what, const std::string& text, std::size_t longest) {
    if (text.empty() || text.size() > longest || printable(text) != text)
        refuse(form, fmt::format("{} is empty, longer than {} bytes, or cannot be shown", what, longest));
}

void check(const Form& form, Field field, const PlayerCommand& c) {
    switch (field) {
    case Field::key:
        if (c.number > 127) refuse(form, "a key or controller is above 127");
        break;
    case Field::learned:
        if (c.number > largest_learned) refuse(form, fmt::format("a number is above {}", largest_learned));
        break;
    case Field::portion:
        if (!(c.value >= 0 && c.value <= 1)) refuse(form, "a value is not between 0 and 1");
        break;
    case Field::value:
        if (!(std::abs(c.value) <= 1e30)) refuse(form, "a value is not a number between -1e30 and 1e30");
        break;
    case Field::channel:
        if (c.channel > 15) refuse(form, "a channel is not between 1 and 16");
        break;
    case Field::all_or_which:
        if (c.which == NamedOne()) break;
        [[fallthrough]];
    case Field::which:
    case Field::parameter:
        if (named(field, c).number > largest_number) refuse(form, "a number is above 65535");
        if (named(field, c).number == 0) require_text(form, "a name", named(field, c).name, longest_name_bytes);
        break;
    case Field::name: require_text(form, "a name", c.text, longest_name_bytes); break;
    case Field::file: require_text(form, "a file's name", c.text, longest_file_bytes); break;
    case Field::on_off:
    case Field::none: break;
    }
}

}  // namespace

void check(const PlayerCommand& command) {
    const auto& form = form_of(command.kind);
    for (const auto field : fields_of(form)) check(form, field, command);
}

PlayerCommand parse_command(std::string_view line) {
    const auto words = words_of(line);
    if (words.empty()) throw BadInput("a command is empty");
    const auto form = std::ranges::find(forms, words[0].quoted ? "" : words[0].text, &Form::word);
    if (form == std::end(forms)) {
        std::string names;
        for (const auto& f : forms) names += (names.empty() ? "" : ", ") + std::string(f.word);
        throw BadInput(fmt::format("\"{}\" is no command; there are {}", words[0].text, names));
    }
    const auto fields = fields_of(*form);
    if (words.size() - 1 < form->required || words.size() - 1 > fields.size())
        refuse(*form, words.size() - 1 < form->required ? "too few words" : "too many words");
    PlayerCommand command;
    command.kind = form->kind;
    if (form->kind == CommandKind::press) command.value = usual_velocity;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) read(*form, fields[i], words[i + 1], command);
    check(command);
    return command;
}

std::string text_of(const PlayerCommand& command) {
    const auto& form = form_of(command.kind);
    std::string line(form.word);
    for (const auto field : fields_of(form)) line += ' ' + written(field, command);
    return line;
}

}  // namespace forerun
