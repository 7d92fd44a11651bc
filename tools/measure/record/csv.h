// Tidy CSV as results are kept in: a head line with the columns' names, a comma between fields, quotes where a field needs
// them (RFC 4180).
//
// A spreadsheet takes a field that begins with = + - or @ for a formula, whatever its quotes say. A text that begins so gets
// an apostrophe in front, and so does one that begins with an apostrophe; the reader takes it away again. Numbers stay.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace forerun::measure {

// A text as it stands in a line: in quotes when it holds a comma, a quote or a line end; what else cannot be shown is a '?'.
std::string csv_text(std::string_view text);

class CsvReader {
public:
    // Reads the head line. `place` is the file's name for messages. BadInput when there is none.
    CsvReader(std::istream& in, std::string place);

    // To the next line; false at the end. BadInput when it has another number of fields than the head.
    bool next();
    // A field of the line. BadInput when there is no such column, or no number in it that sums and differences of a whole
    // table can be made of.
    std::string text(std::string_view column) const;
    template <class Number>
    Number number(std::string_view column) const {
        constexpr auto most = std::is_floating_point_v<Number> ? Number(1e15)
                              : sizeof(Number) < 8             ? std::numeric_limits<Number>::max()
                                                               : Number(std::uint64_t{1} << 40);
        constexpr auto least = std::is_unsigned_v<Number> ? Number{0} : static_cast<Number>(-most);
        const auto& field = field_of(column);
        Number value{};
        const auto* end = field.data() + field.size();
        const auto read = std::from_chars(field.data(), end, value);
        if (read.ec != std::errc{} || read.ptr != end || field.empty() || !(value >= least && value <= most))
            refuse_number(column, field);
        return value;
    }
    // Throws BadInput that begins with the file's name and line.
    [[noreturn]] void refuse(std::string_view what) const;

private:
    bool read_fields();
    const std::string& field_of(std::string_view column) const;
    [[noreturn]] void refuse_number(std::string_view column, std::string_view field) const;

    std::istream& in_;
    std::string place_;
    std::size_t line_ = 0;
    std::map<std::string, std::size_t, std::less<>> columns_;
    std::vector<std::string> fields_;
};

}  // namespace forerun::measure
