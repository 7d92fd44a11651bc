#include "tools/measure/record/csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "shared/bad_input.h"
#include "shared/text/printable.h"

namespace forerun::measure {

namespace {

constexpr std::string_view guarded_beginnings = "=+-@\t\r'";

}  // namespace

std::string csv_text(std::string_view text) {
    std::string field;
    if (!text.empty() && guarded_beginnings.find(text[0]) != std::string_view::npos) field += '\'';
    // Lines stay, in quotes; what else cannot be shown does not, for a table is shown on terminals, too.
    const bool quoted = text.find_first_of(",\"\n") != std::string_view::npos;
    for (;;) {
        const auto end = std::min(text.find('\n'), text.size());
        for (const char c : printable(text.substr(0, end))) {
            if (c == '"') field += '"';
            field += c;
        }
        if (end == text.size()) break;
        field += '\n';
        text.remove_prefix(end + 1);
    }
    return quoted ? '"' + field + '"' : field;
}

CsvReader::CsvReader(std::istream& in, std::string place) : in_(in), place_(std::move(place)) {
    if (!read_fields() || (fields_.size() == 1 && fields_[0].empty())) refuse("no head line; was the file cut off?");
    // Two of a name would leave fewer columns than fields.
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (!columns_.emplace(fields_[i], i).second) refuse(fmt::format("two columns are called '{}'", fields_[i]));
}

bool CsvReader::next() {
    if (!read_fields()) return false;
    if (fields_.size() != columns_.size())
        refuse(fmt::format("{} fields where the head line has {}; was the file cut off?", fields_.size(),
                           columns_.size()));
    return true;
}

const std::string& CsvReader::field_of(std::string_view column) const {
    const auto found = columns_.find(column);
    if (found == columns_.end()) refuse(fmt::format("no column '{}'; is it of another version?", column));
    return fields_[found->second];
}

std::string CsvReader::text(std::string_view column) const {
    const auto& field = field_of(column);
    return field.starts_with('\'') ? field.substr(1) : field;
}

// Fields up to the end of a line that is in no quotes. False at the end of the file.
bool CsvReader::read_fields() {
    fields_.assign(1, "");
    ++line_;
    bool quoted = false;
    std::string line;
    if (!std::getline(in_, line)) return false;
    for (;;) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            const char c = line[i];
            if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
                fields_.back() += line[++i];
            else if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
                fields_.emplace_back();
            else if (c != '\r' || quoted)
                fields_.back() += c;
        }
        if (!quoted) return true;
        fields_.back() += '\n';
        if (!std::getline(in_, line)) refuse("a quote that is not closed");
        ++line_;
    }
}

void CsvReader::refuse(std::string_view what) const { throw BadInput(fmt::format("{}:{}: {}", place_, line_, what)); }

void CsvReader::refuse_number(std::string_view column, std::string_view field) const {
    refuse(fmt::format("'{}' under '{}' is not a number of its kind", field, column));
}

}  // namespace forerun::measure
