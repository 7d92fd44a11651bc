#include "tools/measure/plan/fault.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstring>
#include <sstream>

#include "shared/bad_input.h"

namespace forerun::measure {
namespace {

struct Kind {
    FaultKind kind;
    const char* word;
    const char* unit;  // empty: no size
    double most;
};
constexpr std::array kinds = {
    Kind{FaultKind::stall, "stall", "ms", 10000},
    Kind{FaultKind::garbage, "garbage", "MiB", 128},
    Kind{FaultKind::cold_jit, "cold_jit", "", 0},
    Kind{FaultKind::reload, "reload", "", 0},
    Kind{FaultKind::flood, "flood", "events", 100000},
    Kind{FaultKind::burst, "burst", "notes", 500},
    Kind{FaultKind::page_faults, "page_faults", "pages", 1000000},
    Kind{FaultKind::hang, "hang", "", 0},
    Kind{FaultKind::priority_loss, "priority_loss", "ms", 10000},
};

const Kind& kind_of(FaultKind kind) {
    for (const auto& k : kinds)
        if (k.kind == kind) return k;
    return kinds[0];
}

std::string words_of_kinds() {
    std::string all;
    for (const auto& k : kinds)
        all += fmt::format("{}{}{}{}", all.empty() ? "" : ", ", k.word, *k.unit ? " N " : "", k.unit);
    return all;
}

bool read(const std::string& word, double& value) {
    const auto* end = word.data() + word.size();
    return std::from_chars(word.data(), end, value).ptr == end && !word.empty();
}

Fault fault_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    const auto bad = [&](const std::string& why) -> BadInput {
        return BadInput(fmt::format("fault \"{}\": {}; write KIND [SIZE UNIT] every N s, KIND one of {}", text, why,
                                    words_of_kinds()));
    };
    if (words.empty()) throw bad("is empty");
    const Kind* kind = nullptr;
    for (const auto& k : kinds)
        if (words[0] == k.word) kind = &k;
    if (!kind) throw bad(fmt::format("\"{}\" is not known", words[0]));
    Fault fault{.kind = kind->kind};
    std::size_t at = 1;
    if (*kind->unit) {
        if (words.size() < 3 || !read(words[1], fault.size) || words[2] != kind->unit)
            throw bad(fmt::format("a size in {} is missing", kind->unit));
        if (!(fault.size > 0 && fault.size <= kind->most))
            throw bad(fmt::format("the size is not above 0 and at most {}", kind->most));
        at = 3;
    }
    if (words.size() != at + 3 || words[at] != "every" || !read(words[at + 1], fault.period_seconds) ||
        words[at + 2] != "s")
        throw bad("\"every N s\" is missing at the end");
    if (!(fault.period_seconds >= 0.01 && fault.period_seconds <= 3600))
        throw bad("the period is not between 0.01 and 3600 s");
    return fault;
}

}  // namespace

const char* name_of(FaultKind kind) { return kind_of(kind).word; }

std::string Fault::text() const {
    const auto& k = kind_of(kind);
    if (!*k.unit) return fmt::format("{} every {:g} s", k.word, period_seconds);
    return fmt::format("{} {:g} {} every {:g} s", k.word, size, k.unit, period_seconds);
}

std::vector<Fault> faults_of(const std::string& text) {
    std::vector<Fault> faults;
    if (text == "none") return faults;
    std::size_t from = 0;
    while (true) {
        const auto plus = text.find('+', from);
        faults.push_back(fault_of(text.substr(from, plus == text.npos ? text.npos : plus - from)));
        for (std::size_t i = 0; i + 1 < faults.size(); ++i)
            if (faults[i].kind == faults.back().kind)
                throw BadInput(fmt::format("fault \"{}\": one kind twice; give each kind once", text));
        if (plus == text.npos) return faults;
        from = plus + 1;
    }
}

std::string fault_error(const std::string& text) {
    try {
        faults_of(text);
        return {};
    } catch (const BadInput& error) {
        return error.what();
    }
}

}  // namespace forerun::measure
