#include "script-runtime/script_words.h"

#include <regex>
#include <utility>

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
    for (const char c : text.substr(0, longest)) {
        const bool control = static_cast<unsigned char>(c) < 32 || c == 127;
        if (control && !line.empty() && line.back() == ' ') continue;
        line += control ? ' ' : c;
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

}  // namespace forerun
