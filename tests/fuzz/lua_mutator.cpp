#include "tests/fuzz/lua_mutator.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace forerun::fuzz {
namespace {

constexpr std::array keywords{"and", "break", "do",  "else", "elseif", "end",    "for",  "function", "goto", "if",
                              "in",  "local", "not", "or",   "repeat", "return", "then", "until",    "while"};
constexpr std::array signs{"+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">="};

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Where the lines of a text begin; the text's end at last.
std::vector<std::size_t> line_starts(std::string_view text) {
    std::vector<std::size_t> starts{0};
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n') starts.push_back(i + 1);
    if (starts.back() != text.size()) starts.push_back(text.size());
    return starts;
}

LuaVocabulary read_words(const std::string& name) {
    std::ifstream file(FORERUN_SOURCE_DIR "/tests/fuzz/" + name);
    LuaVocabulary vocabulary;
    std::vector<std::string>* part = nullptr;
    for (std::string line; std::getline(file, line);) {
        if (line == "== values")
            part = &vocabulary.values;
        else if (line == "== fields")
            part = &vocabulary.fields;
        else if (line == "== statements")
            part = &vocabulary.statements;
        else if (part != nullptr)
            part->push_back(line);
    }
    if (vocabulary.values.empty() || vocabulary.fields.empty() || vocabulary.statements.empty()) {
        std::fprintf(stderr, "%s: has no words\n", name.c_str());
        std::abort();
    }
    return vocabulary;
}

LuaMutator& mutator() {
    static LuaMutator one(read_words(words_file()));
    return one;
}

}  // namespace

std::uint32_t LuaMutator::next() {  // xorshift32
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
}

std::vector<LuaMutator::Word> LuaMutator::words(std::string_view text) {
    std::vector<Word> all;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (std::isspace(static_cast<unsigned char>(c))) {
            ++i;
            continue;
        }
        auto end = i + 1;
        bool is_value = false;
        if (c == '"' || c == '\'') {
            while (end < text.size() && text[end] != c && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
            end = std::min(end + 1, text.size());
            is_value = true;
        } else if (c == '-' && text.substr(i).starts_with("--")) {
            i = std::min(text.find('\n', i), text.size());
            continue;
        } else if (is_name(c)) {
            const bool number = std::isdigit(static_cast<unsigned char>(c)) != 0;
            while (end < text.size() && (is_name(text[end]) || (number && text[end] == '.'))) ++end;
            const auto word = text.substr(i, end - i);
            is_value = std::none_of(keywords.begin(), keywords.end(), [&](const char* k) { return word == k; });
        } else {
            while (end < text.size() && end < i + 2 && std::strchr("=.<>~", text[end]) && std::strchr("=.<>~", c))
                ++end;
        }
        all.push_back({i, end - i, is_value});
        i = end;
    }
    return all;
}

std::string LuaMutator::value() {
    std::string text = pick(vocabulary_.values);
    for (int depth = 0; depth < 2 && below(3) == 0; ++depth) {
        switch (below(4)) {
        case 0: text = "(" + text + " " + signs[below(signs.size())] + " " + pick(vocabulary_.values) + ")"; break;
        case 1: text = "{ " + text + ", " + pick(vocabulary_.values) + " }"; break;
        case 2: text = "(" + text + " or " + pick(vocabulary_.values) + ")"; break;
        default: text = "(-" + text + ")"; break;
        }
    }
    return text;
}

void LuaMutator::change_line(std::string& text) {
    const auto starts = line_starts(text);
    const auto line = below(starts.size() - 1);
    const auto from = starts[line], to = starts[std::min(line + 1, starts.size() - 1)];
    auto content = text.substr(from, to - from);
    switch (below(8)) {
    case 0: text.erase(from, to - from); break;
    case 1: text.insert(from, content); break;
    case 2: {
        const auto other = starts[below(starts.size())];
        text.insert(other, content);
        break;
    }
    case 3:
        if (!content.empty() && content.back() == '\n') content.pop_back();
        switch (below(5)) {
        case 0: content = "if " + value() + " then " + content + " end"; break;
        case 1: content = "pcall(function() " + content + " end)"; break;
        case 2:
            content = "for i = " + value() + ", " + value() + " do " + content + " if i == 99 then break end end";
            break;
        case 3: content = "for k, v in pairs(" + value() + ") do " + content + " end"; break;
        default: content = "do " + content + " end"; break;
        }
        text.replace(from, to - from, content + "\n");
        break;
    default: {
        std::string statement = pick(vocabulary_.statements);
        for (std::size_t at = 0; (at = statement.find('$', at)) != std::string::npos;) {  // $ is any value
            const auto put = value();
            statement.replace(at, 1, put);
            at += put.size();
        }
        text.insert(from, statement + "\n");
    }
    }
}

void LuaMutator::change_word(std::string& text) {
    const auto all = words(text);
    if (all.empty()) return;
    const auto& word = all[below(all.size())];
    const bool after_dot = word.from > 0 && (text[word.from - 1] == '.' || text[word.from - 1] == ':');
    const auto named = text.find_first_not_of(' ', word.from + word.length);
    const bool is_key = named != std::string::npos && text[named] == '=' && text.substr(named, 2) != "==";
    if (!word.is_value) {
        const auto old = text.substr(word.from, word.length);
        if (std::any_of(signs.begin(), signs.end(), [&](const char* s) { return old == s; }))
            text.replace(word.from, word.length, signs[below(signs.size())]);
        else if (old == "(" || old == "{" || old == ",")
            text.insert(word.from + word.length, value() + (below(8) == 0 ? "" : ", "));
    } else if (after_dot || (is_key && below(8) != 0)) {
        text.replace(word.from, word.length, pick(vocabulary_.fields));
    } else if (below(4) == 0) {  // a word that the text already has
        const auto& other = all[below(all.size())];
        if (other.is_value) text.replace(word.from, word.length, text.substr(other.from, other.length));
    } else {
        text.replace(word.from, word.length, value());
    }
}

std::size_t LuaMutator::mutate(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    state_ = seed * 2654435761u + 1;
    if (state_ == 0) state_ = 1;
    if (below(32) == 0) return LLVMFuzzerMutate(data, size, most);
    std::string text(reinterpret_cast<const char*>(data), size);
    for (auto times = 1 + below(3); times > 0; --times) {
        if (below(2) == 0)
            change_line(text);
        else
            change_word(text);
    }
    if (text.empty() || text.size() > most) return LLVMFuzzerMutate(data, size, most);
    std::memcpy(data, text.data(), text.size());
    return text.size();
}

std::size_t LuaMutator::cross(std::string_view one, std::string_view other, std::uint8_t* out, std::size_t most,
                              unsigned seed) {
    state_ = seed * 2654435761u + 1;
    if (state_ == 0) state_ = 1;
    const auto into = line_starts(one), from = line_starts(other);
    const auto first = below(from.size()), last = std::min(first + 1 + below(6), from.size() - 1);
    std::string text(one);
    text.insert(into[below(into.size())], other.substr(from[first], from[std::max(first, last)] - from[first]));
    text.resize(std::min(text.size(), most));
    std::memcpy(out, text.data(), text.size());
    return text.size();
}

}  // namespace forerun::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    return forerun::fuzz::mutator().mutate(data, size, most, seed);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                                 const std::uint8_t* other, std::size_t other_size, std::uint8_t* out,
                                                 std::size_t most, unsigned seed) {
    return forerun::fuzz::mutator().cross({reinterpret_cast<const char*>(one), one_size},
                                          {reinterpret_cast<const char*>(other), other_size}, out, most, seed);
}
