#include "tools/measure/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

#include "rt-engine/session/json_text.h"
#include "shared/bad_input.h"
#include "tools/process/shell_quote.h"
#include "tools/report/json_output.h"

namespace forerun::measure {
namespace {

constexpr std::size_t most_points = 10000, most_title_bytes = 4096;
constexpr int most_repeats = 1000;
constexpr double most_seconds = 1e7;

// The same on every machine, unlike std::shuffle.
std::vector<int> shuffled(int count, std::uint64_t seed) {
    std::vector<int> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 1);
    std::mt19937_64 random(seed);
    for (auto i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    return order;
}

// A word of --grid, split at its commas, without quotes.
using Pieces = std::vector<std::string>;

// Words are separated by blanks. Quotes of both kinds (fault="stall 100 ms every 1 s") and backslashes escape blanks, commas and quotes.
std::vector<Pieces> words_of(const std::string& text) {
    std::vector<Pieces> words;
    Pieces word(1);
    char quote = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : ' ';
        if (c == '\\' && i + 1 < text.size()) {
            word.back() += text[++i];
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == quote) {
            quote = 0;
        } else if (c == ',' && quote == 0) {
            word.emplace_back();
        } else if (c != ' ' || quote != 0) {
            word.back() += c;
        } else if (word != Pieces(1)) {
            words.push_back(std::exchange(word, Pieces(1)));
        }
    }
    if (quote != 0) throw BadInput(fmt::format("--grid {}: a quote is not closed", text));
    return words;
}

// A value as words_of reads it.
std::string grid_value(const std::string& value) {
    if (!value.empty() && value.find_first_of(" ,\"'\\") == value.npos) return value;
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

}  // namespace

std::string CellName::text() const { return fmt::format("p{:03}r{:02}", point, repeat); }

std::vector<CellName> Plan::order() const {
    std::vector<CellName> cells;
    for (int repeat = 1; repeat <= repeats; ++repeat)
        for (const int point :
             shuffled(static_cast<int>(points.size()), seed * 7919 + static_cast<std::uint64_t>(repeat)))
            cells.push_back({point, repeat});
    return cells;
}

std::vector<std::string> Plan::factors() const {
    std::vector<std::string> names;
    for (const auto& p : parameters())
        if (std::any_of(points.begin(), points.end(),
                        [&](const Point& point) { return point.values().at(p.name) != points[0].values().at(p.name); }))
            names.push_back(p.name);
    return names;
}

std::string Plan::command_of(const CellName& cell) const {
    std::string grid;
    for (const auto& p : parameters()) {
        const auto& value = point(cell).values().at(p.name);
        if (value == p.default_value) continue;
        grid += fmt::format("{}{}={}", grid.empty() ? "" : " ", p.name,
                            value.is_string() ? grid_value(value.get<std::string>()) : json_text(value));
    }
    if (grid.empty()) grid = fmt::format("mode={}", point(cell).text("mode"));
    return fmt::format("forerun measure --grid {} --seconds {:g} --warmup {:g} --seed {} --repeats {} -o again",
                       shell_quoted(grid), seconds, warmup_seconds, seed, cell.repeat);
}

Json Plan::json() const {
    Json j = {{"schema", 1},        {"title", title},     {"seed", seed},
              {"repeats", repeats}, {"seconds", seconds}, {"warmup_seconds", warmup_seconds}};
    j["points"] = Json::array();
    for (const auto& point : points) j["points"].push_back(point.values());
    j["order"] = Json::array();
    for (const auto& cell : order()) j["order"].push_back(cell.text());
    return j;
}

Plan Plan::of(const Json& json, const std::string& shown) {
    try {
        Plan plan;
        plan.title = text_in(json, "title", most_title_bytes);
        plan.seed = number_in<std::uint64_t>(json, "seed", 0, UINT64_MAX);
        plan.repeats = number_in<int>(json, "repeats", 1, most_repeats);
        plan.seconds = number_in<double>(json, "seconds", 0, most_seconds);
        plan.warmup_seconds = number_in<double>(json, "warmup_seconds", 0, most_seconds);
        for (const auto& values : list_in(json, "points", most_points)) {
            if (!values.is_object()) throw JsonFault("\"points\" are no objects");
            plan.points.emplace_back(values);
        }
        if (plan.points.empty()) throw JsonFault("\"points\" is empty");
        return plan;
    } catch (const JsonFault& fault) {
        throw BadInput(fmt::format("{}: is no plan of an experiment ({}); give the folder that forerun measure wrote",
                                   shown, fault.what()));
    } catch (const BadInput& error) {
        throw BadInput(shown + ": " + error.what());
    }
}

void add_grid(Plan& plan, const std::vector<Factor>& factors) {
    std::vector<Point> grid(1);
    for (const auto& factor : factors) {
        std::vector<Point> next;
        for (const auto& point : grid) {
            for (const auto& value : factor.values) {
                next.push_back(point);
                next.back().set(factor.name, value);
            }
            if (next.size() > most_points)
                throw BadInput(fmt::format("a grid of more than {} points; vary less", most_points));
        }
        grid = std::move(next);
    }
    for (const auto& point : grid)
        if (std::none_of(plan.points.begin(), plan.points.end(),
                         [&](const Point& other) { return other.values() == point.values(); }))
            plan.points.push_back(point);
}

std::vector<Factor> factors_of_words(const std::string& words) {
    std::vector<Factor> factors;
    for (auto& word : words_of(words)) {
        const auto equals = word[0].find('=');
        if (equals == word[0].npos || equals == 0)
            throw BadInput(
                fmt::format("--grid {}: write NAME=VALUE,VALUE...; there are {}", word[0], parameter_names()));
        Factor factor{word[0].substr(0, equals), {}};
        word[0].erase(0, equals + 1);
        if (word == Pieces(1)) throw BadInput(fmt::format("--grid {}=: has no value", factor.name));
        if (word.size() > 1 && word.back().empty()) word.pop_back();
        for (const auto& value : word) {
            Point point;
            point.set_word(factor.name, value);
            factor.values.push_back(point.values().at(factor.name));
        }
        factors.push_back(std::move(factor));
    }
    return factors;
}

}  // namespace forerun::measure
