#include <algorithm>
#include <cstddef>
#include <string>

#include "tools/measure/record/csv.h"
#include "tools/measure/statistics/point_figures.h"
#include "tools/report/json_output.h"

namespace forerun::measure {

namespace {

using Json = nlohmann::ordered_json;
using Columns = std::vector<std::pair<std::string, std::string>>;  // name, field; an empty field for what is not known

std::string field_of(const Json& value) {
    if (value.is_null()) return "";
    if (value.is_number() || value.is_boolean()) return json_text(value);
    return csv_text(value.is_string() ? value.get<std::string>() : json_text(value));
}

// {"cpu_share": {"value", "low", "high"}} becomes cpu_share, cpu_share_low, cpu_share_high; {"p50": {...}} inside
// response_ms becomes response_ms_p50 and so on.
void flatten(Columns& columns, const std::string& name, const Json& value) {
    if (!value.is_object()) {
        columns.emplace_back(name, field_of(value));
        return;
    }
    for (const auto& [key, part] : value.items())
        flatten(columns, key == "value" ? name : name.empty() ? key : name + "_" + key, part);
}

Columns columns_of(const Json& point) {
    Columns columns{{"point", field_of(point.at("point"))}};
    for (const auto& [name, value] : point.at("parameters").items()) columns.emplace_back(name, field_of(value));
    for (const auto& [name, value] : point.items())
        if (name != "point" && name != "parameters" && !value.is_array() && name != "histograms")
            flatten(columns, name, value);
    return columns;
}

}  // namespace

std::string points_csv(const std::vector<Json>& points) {
    std::vector<Columns> lines;
    std::vector<std::string> names;
    for (const auto& point : points) {
        lines.push_back(columns_of(point));
        // A column that only some points have stands behind the one that it follows there.
        std::ptrdiff_t place = 0;
        for (const auto& [name, field] : lines.back()) {
            const auto found = std::find(names.begin(), names.end(), name);
            if (found != names.end())
                place = found - names.begin();
            else
                names.insert(names.begin() + place, name);
            ++place;
        }
    }
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ",") + csv_text(name);
    text += '\n';
    for (const auto& line : lines) {
        std::string fields;
        for (const auto& name : names) {
            const auto found = std::find_if(line.begin(), line.end(), [&](const auto& c) { return c.first == name; });
            if (&name != &names.front()) fields += ',';
            if (found != line.end()) fields += found->second;
        }
        text += fields + '\n';
    }
    return text;
}

}  // namespace forerun::measure
