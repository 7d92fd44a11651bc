// Mutates Lua text so that most results still compile: by lines, words and values, not by bytes.
//
// A line of the text is taken for a statement, which it is in the seeds and in whatever is put in from the vocabulary.
// Inputs stay plain Lua files, so a finding can be read and given to the program as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace forerun::fuzz {

struct LuaVocabulary {
    std::span<const char* const> values;      // expressions that may stand where a value stands
    std::span<const char* const> fields;      // names of fields and methods
    std::span<const char* const> statements;  // may stand in a line of their own
};

class LuaMutator {
public:
    explicit LuaMutator(const LuaVocabulary& vocabulary) : vocabulary_(vocabulary) {}

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
    const char* pick(std::span<const char* const> from) { return from.empty() ? "" : from[below(from.size())]; }
    std::string value();
    void change_line(std::string& text);
    void change_word(std::string& text);

    LuaVocabulary vocabulary_;
    std::uint32_t state_ = 1;
};

}  // namespace forerun::fuzz
