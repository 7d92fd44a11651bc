#include "tools/measure/report/report_html.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

#include "rt-engine/session/json_text.h"
#include "tools/measure/report/report_files.h"
#include "tools/report/json_output.h"

namespace forerun::measure {

namespace {

using Json = nlohmann::ordered_json;

// In this order: later files use what earlier ones define, and the last one builds the page.
constexpr std::string_view script_files[] = {
    "words.js",        "looks.js",          "elements.js",   "conditions.js", "panels.js",   "overview.js",
    "points_table.js", "underrun_map.js",   "log_tail.js",   "dropouts.js",   "survival.js", "capacity.js",
    "differences.js",  "recording_cost.js", "provenance.js", "page.js",
};

std::string_view file(std::string_view name) {
    const auto text = embedded_report_file(name);
    if (text.empty()) throw std::logic_error(fmt::format("the report's file {} is not in the program", name));
    return text;
}

// JSON that cannot end the element it stands in: outside of strings it has no '<', and inside, an escape means the same.
// U+2028 and U+2029 end a line for some readers of scripts.
std::string figures_json(const Json& report) {
    std::string safe;
    const auto text = json_text(report);
    safe.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto three = std::string_view(text).substr(i, 3);
        if (text[i] == '<') {
            safe += "\\u003c";
        } else if (three == "\xe2\x80\xa8" || three == "\xe2\x80\xa9") {
            safe += three == "\xe2\x80\xa8" ? "\\u2028" : "\\u2029";
            i += 2;
        } else {
            safe += text[i];
        }
    }
    return safe;
}

std::string title(const Json& report) {
    std::string given = "Measurement";
    if (report.is_object() && report.contains("title") && report["title"].is_string()) given = report["title"];
    std::string safe;
    // Through the dump, for the sake of bytes that are no UTF-8; without its quotes.
    const auto dumped = json_text(given);
    const auto text = printable(parsed_json<Json>(dumped, dumped.size()).get<std::string>());
    for (const char c : text) {
        if (c == '&') {
            safe += "&amp;";
        } else if (c == '<') {
            safe += "&lt;";
        } else {
            safe += c;
        }
    }
    return safe;
}

std::string script() {
    std::string text = "\"use strict\";\n";
    for (const auto name : script_files) text += fmt::format("\n// ---- {}\n{}", name, file(name));
    return text;
}

std::string part(std::string_view name, const Json& report) {
    if (name == "title") return title(report);
    if (name == "style") return std::string(file("report.css"));
    if (name == "libraries") return std::string(embedded_report_file("libraries.js"));
    if (name == "script") return script();
    if (name == "figures") return figures_json(report);
    throw std::logic_error(fmt::format("report.template.html: no part is called '{}'", name));
}

}  // namespace

std::string report_html(const Json& report) {
    // One pass over the template alone, so that braces in a title or in a library stay what they are.
    std::string page;
    auto rest = file("report.template.html");
    for (auto begin = rest.find("{{"); begin != rest.npos; begin = rest.find("{{")) {
        const auto end = rest.find("}}", begin);
        page += rest.substr(0, begin);
        page += part(rest.substr(begin + 2, end - begin - 2), report);
        rest.remove_prefix(end + 2);
    }
    return page += rest;
}

}  // namespace forerun::measure
