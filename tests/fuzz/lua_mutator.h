// Mutates Lua text so that most results still compile: by lines, words and values, not by bytes.
//
// A line of the text is taken for a statement, which it is in the seeds and in whatever is put in from the vocabulary.
// Inputs stay plain Lua files, so a finding can be read and given to the program as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forerun::fuzz {

// What texts are made of. A file of words has one per line, below "== values", "== fields" and "== statements".
struct LuaVocabulary {
    std::vector<std::string> values;      // expressions that may stand where a value stands
    std::vector<std::string> fields;      // names of fields and methods
    std::vector<std::string> statements;  // may stand in a line of their own; $ is any value
};

// The file of words beside this one that a target mutates with. Each target says its own.
const char* words_file();

class LuaMutator {
public:
    explicit LuaMutator(LuaVocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}

    // The contracts of LLVMFuzzerCustomMutator and LLVMFuzzerCustomCrossOver.
    std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed);
    std::size_t cross(std::string_view one, std::string_view other, std::uint8_t* out, std::size_t most, unsigned seed);

    // The places in `text` of words of this kind.
    struct Word {
        std::size_t from, length;
        bool is_value;  // a number, a text or a name that is no keyword; else a sign
    };
    static std::vector<Word> words(std::string_view text);

private:
    std::uint32_t next();
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : next() % limit; }
    const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }
    std::string value();
    void change_line(std::string& text);
    void change_word(std::string& text);

    LuaVocabulary vocabulary_;
    std::uint32_t state_ = 1;
};

}  // namespace forerun::fuzz
