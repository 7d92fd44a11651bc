#include "script-runtime/rig/scala_tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "shared/bad_input.h"

namespace forerun {
namespace {

constexpr int most_degrees = 4096;
constexpr double most_cents = 12000;  // ten octaves

constexpr const char* blanks = " \t\f\v\xa0";  // and Latin-1's

std::string_view without_blanks_before(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text;
}

// The lines without comments, with any line ends (LF, CR LF, CR).
class Lines {
public:
    Lines(std::string_view text, std::string shown) : rest_(text), shown_(std::move(shown)) {
        if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);  // a byte-order mark
        if (rest_.starts_with("\xff\xfe") || rest_.starts_with("\xfe\xff"))
            throw BadInput(shown_ + ": is written in UTF-16; save it as UTF-8 or ASCII");
    }

    bool next() {
        do {
            if (rest_.empty()) return false;
            const auto end = std::min(rest_.find_first_of("\r\n"), rest_.size());
            line_ = rest_.substr(0, end);
            const bool two = rest_.substr(end).starts_with("\r\n");
            rest_.remove_prefix(std::min(rest_.size(), end + (two ? 2 : 1)));
            ++number_;
        } while (is_comment());
        return true;
    }
    // The first line that is not empty.
    bool next_with_text() {
        while (next())
            if (!text().empty()) return true;
        return false;
    }
    // Without leading and trailing blanks.
    std::string_view text() const {
        const auto text = without_blanks_before(line_);
        return text.substr(0, text.find_last_not_of(blanks) + 1);
    }
    // The first word; the rest is a remark.
    std::string_view word() const {
        const auto text = this->text();
        const auto end = text.find_first_of(blanks);
        return text.substr(0, std::min(end, text.find('!')));
    }
    [[noreturn]] void fail(const std::string& what) const {
        throw BadInput(fmt::format("{}:{}: {}", shown_, number_, what));
    }
    std::string_view need(const char* what) {
        if (!next_with_text()) fail(fmt::format("the file ends where {} should be", what));
        return word();
    }
    int integer(const char* what, int least, int most) {
        const auto text = need(what);
        int value = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
        if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < least || value > most)
            fail(fmt::format("{} must be a whole number from {} to {}, not \"{}\"", what, least, most, text));
        return value;
    }

private:
    bool is_comment() const { return line_.starts_with('!'); }

    std::string_view line_, rest_;
    std::string shown_;
    int number_ = 0;
};

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

// Removes a number (digits, optional sign and point) from the beginning of a line.
std::string_view take_number(std::string_view& line) {
    line = without_blanks_before(line);
    const auto number = line.substr(0, std::min(line.find_first_not_of("+-.0123456789"), line.size()));
    line.remove_prefix(number.size());
    return number.starts_with('+') ? number.substr(1) : number;
}

// With a point a value in cents, else a ratio or an integer. May contain blanks, and a remark at the end.
std::optional<double> cents_of(std::string_view line) {
    const auto first = take_number(line);
    const auto ends = [](std::string_view rest) {
        return rest.empty() || rest.front() == '!' ||
               std::string_view(blanks).find(rest.front()) != std::string_view::npos;
    };
    const bool is_ratio = without_blanks_before(line).starts_with('/');
    if (first.find('.') != std::string_view::npos) return ends(line) && !is_ratio ? number_of(first) : std::nullopt;
    const auto above = number_of(first);
    std::optional<double> below = 1.0;
    if (is_ratio) {
        line = without_blanks_before(line).substr(1);
        const auto second = take_number(line);
        below = second.find('.') == std::string_view::npos ? number_of(second) : std::nullopt;
    }
    if (!ends(line) || without_blanks_before(line).starts_with('/')) return std::nullopt;
    if (!above || !below || *above <= 0 || *below <= 0) return std::nullopt;
    return 1200 * std::log2(*above / *below);
}

int floor_divided(int a, int b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

double cents_of_degree(const Scale& scale, int degree) {
    const int count = static_cast<int>(scale.cents.size());
    const int round = floor_divided(degree, count), place = degree - round * count;
    return round * scale.cents.back() + (place == 0 ? 0 : scale.cents[static_cast<std::size_t>(place) - 1]);
}

int degree_of_key(const Scale& scale, const KeyboardMap& map, int key) {
    const int distance = key - map.middle_key, size = static_cast<int>(map.degrees.size());
    if (size == 0) return distance;
    int round = floor_divided(distance, size), place = distance - round * size;
    while (map.degrees[static_cast<std::size_t>(place)] == KeyboardMap::unmapped) {
        if (place-- > 0) continue;
        place = size - 1;
        --round;
    }
    const int octave = map.octave_degrees != 0 ? map.octave_degrees : static_cast<int>(scale.cents.size());
    return map.degrees[static_cast<std::size_t>(place)] + round * octave;
}

}  // namespace

Scale read_scale(const std::string& text, const std::string& shown) {
    Lines lines(text, shown);
    // The description, which may be empty.
    if (!lines.next()) lines.fail("is empty; a scale begins with a line that describes it");
    const int count = lines.integer("the number of degrees", 1, most_degrees);
    Scale scale;
    for (int degree = 1; degree <= count; ++degree) {
        lines.need(fmt::format("degree {} of {}", degree, count).c_str());
        const auto cents = cents_of(lines.text());
        if (!cents || !(std::abs(*cents) <= most_cents))
            lines.fail(
                fmt::format("\"{}\" is no pitch; write a ratio (3/2) or cents with a point (701.955)", lines.text()));
        scale.cents.push_back(*cents);
    }
    return scale;
}

KeyboardMap read_keyboard_map(const std::string& text, const std::string& shown) {
    Lines lines(text, shown);
    KeyboardMap map;
    const int size = lines.integer("the size of the map", 0, 128);
    lines.integer("the first key", 0, 127);  // Scala does not retune keys outside; here all follow the map
    lines.integer("the last key", 0, 127);
    map.middle_key = lines.integer("the middle key", 0, 127);
    map.reference_key = lines.integer("the reference key", 0, 127);
    const auto hz = lines.need("the reference frequency");
    map.reference_hz = number_of(hz).value_or(0);
    if (!(map.reference_hz >= 1 && map.reference_hz <= 20000))
        lines.fail(fmt::format("the reference frequency must be from 1 to 20000 Hz, not \"{}\"", hz));
    map.octave_degrees = lines.integer("the degree of the octave", 0, most_degrees);
    bool maps = size == 0;
    for (int key = 0; key < size; ++key) {
        // The rest may be missing: not mapped.
        if (!lines.next_with_text()) {
            map.degrees.push_back(KeyboardMap::unmapped);
            continue;
        }
        const auto word = lines.word();
        int degree = KeyboardMap::unmapped;
        if (word != "x" && word != "X") {
            const auto read = std::from_chars(word.data(), word.data() + word.size(), degree);
            if (read.ec != std::errc() || read.ptr != word.data() + word.size() || degree < 0 || degree > most_degrees)
                lines.fail(fmt::format("\"{}\" is no degree; write a whole number, or x for a key without one", word));
            maps = true;
        }
        map.degrees.push_back(degree);
    }
    if (!maps) lines.fail("no key has a degree; write one, or 0 as the size of the map");
    return map;
}

double key_hz(const Scale& scale, const KeyboardMap& map, int key) {
    const auto cents = [&](int k) { return cents_of_degree(scale, degree_of_key(scale, map, k)); };
    // A scale may have any range, but no key may be infinite.
    return std::clamp(map.reference_hz * std::exp2((cents(key) - cents(map.reference_key)) / 1200), 1e-3, 1e7);
}

}  // namespace forerun
