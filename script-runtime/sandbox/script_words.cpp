#include "script-runtime/sandbox/script_words.h"

#include <regex>
#include <utility>

#include "shared/text/printable.h"

namespace forerun {

std::string in_script_words(std::string text) {
    static const std::regex object("'?struct fr_([a-z_]*[a-z])(_[0-9]+)*( &)?'?");
    if (text.find("struct fr_") == std::string::npos) return text;
    text = std::regex_replace(text, object, "dsp.$1");
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"dsp.out_left", "out.left"},
                                   {"dsp.out_right", "out.right"},
                                   {"dsp.out", "out"},
                                   {"has no member named", "has no member"}})
        if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
    return text;
}

std::string one_line(std::string_view text) {
    constexpr std::size_t longest = 500;
    std::string line;
    for (; !text.empty(); text.remove_prefix(first_character(text).bytes)) {
        const auto first = first_character(text);
        const bool control = first.code < 32 || first.code == 127;
        if (control && !line.empty() && line.back() == ' ') continue;
        const auto shown = control ? " " : printable(text.substr(0, first.bytes));
        if (line.size() + shown.size() > longest) break;
        line += shown;
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

}  // namespace forerun
