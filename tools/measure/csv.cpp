#include "tools/measure/csv.h"

#include <fmt/format.h>

#include "shared/bad_input.h"
#include "shared/printable.h"

namespace forerun::measure {

std::string csv_field(std::string_view text) {
    std::string field;
    bool quoted = false;
    std::string line(text);
    for (auto& c : line)
        if (c == '\n' || c == '\r') c = ' ';
    for (const char c : printable(line)) {
        if (c == '"') field += '"';
        field += c;
        quoted = quoted || c == '"' || c == ',';
    }
    return quoted ? '"' + field + '"' : field;
}

CsvReader::CsvReader(std::istream& in, std::string place) : in_(in), place_(std::move(place)) {
    std::string head;
    if (!std::getline(in_, head) || head.empty()) refuse("no head line; was the file cut off?");
    const auto names = split(head);
    // Two of a name would leave fewer columns than fields.
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!columns_.emplace(names[i], i).second) refuse(fmt::format("two columns are called '{}'", names[i]));
}

bool CsvReader::next() {
    std::string line;
    if (!std::getline(in_, line)) return false;
    ++line_;
    fields_ = split(line);
    if (fields_.size() != columns_.size())
        refuse(fmt::format("{} fields where the head line has {}; was the file cut off?", fields_.size(),
                           columns_.size()));
    return true;
}

const std::string& CsvReader::text(std::string_view column) const {
    const auto found = columns_.find(column);
    if (found == columns_.end()) refuse(fmt::format("no column '{}'; is it of another version?", column));
    return fields_[found->second];
}

std::vector<std::string> CsvReader::split(const std::string& line) const {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
            fields.back() += line[++i];
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            fields.emplace_back();
        else if (c != '\r')
            fields.back() += c;
    }
    if (quoted) refuse("a quote that is not closed");
    return fields;
}

void CsvReader::refuse(std::string_view what) const { throw BadInput(fmt::format("{}:{}: {}", place_, line_, what)); }

void CsvReader::refuse_number(std::string_view column, std::string_view field) const {
    refuse(fmt::format("'{}' under '{}' is not a number of its kind", field, column));
}

}  // namespace forerun::measure
