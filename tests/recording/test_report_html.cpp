// The page of `forerun measure`: one file, whatever the figures contain. What it looks like is tests/report/check.sh.
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "tests/scenes/catch.h"
#include "tools/measure/report/report_html.h"

using forerun::measure::report_html;
using Json = nlohmann::ordered_json;

namespace {

// What stands between `opening` and the next `closing`, as a browser cuts it.
std::string between(const std::string& page, const std::string& opening, const std::string& closing) {
    const auto begin = page.find(opening);
    REQUIRE(begin != page.npos);
    const auto end = page.find(closing, begin + opening.size());
    REQUIRE(end != page.npos);
    return page.substr(begin + opening.size(), end - begin - opening.size());
}

std::string figures_text(const std::string& page) {
    return between(page, R"(<script type="application/json" id="figures">)", "</script");
}

std::size_t occurrences(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
}

Json sample() {
    std::ifstream file(FORERUN_SOURCE_DIR "/tests/report/sample.json");
    REQUIRE(file);
    return Json::parse(file);
}

}  // namespace

TEST_CASE("the figures can be read back out of the page") {
    const auto report = sample();
    CHECK(Json::parse(figures_text(report_html(report))) == report);
    CHECK(Json::parse(figures_text(report_html(Json::object()))) == Json::object());
}

TEST_CASE("no text in the figures ends its script element") {
    const std::string bad =
        "</script><script>alert(\"1\")</script> <!-- <script> ]]> {{figures}} \\ ' \" &amp; \xe2\x80\xa8 \xe2\x80\xa9 "
        "end";
    const Json report{{"title", bad}, {"plan", {{bad, bad}}}, {"provenance", {{{"cpu", bad}}}}};
    const auto page = report_html(report);

    const auto text = figures_text(page);
    CHECK(Json::parse(text) == report);
    CHECK(text.find('<') == text.npos);
    CHECK(text.find("\xe2\x80\xa8") == text.npos);
    CHECK(text.find("\xe2\x80\xa9") == text.npos);
    // As many scripts as in a page without such a text, and as many ends of them.
    const auto harmless = report_html({{"title", "t"}});
    CHECK(occurrences(page, "<script") == occurrences(harmless, "<script"));
    CHECK(occurrences(page, "</script") == occurrences(harmless, "</script"));
    CHECK(occurrences(harmless, "<script") == occurrences(harmless, "</script"));
    CHECK_THAT(between(page, "<h1>", "</h1>"), Catch::StartsWith("&lt;/script>&lt;script>"));
    CHECK_THAT(between(page, "<title>", "</title>"), Catch::EndsWith(" end"));
}

TEST_CASE("bytes that are no UTF-8 do not stop the report") {
    const Json report{{"title", "a\xff b"}, {"plan", {{"file", "\xc3"}}}};
    const auto page = report_html(report);
    CHECK(Json::parse(figures_text(page))["title"] == "a\xef\xbf\xbd b");
    CHECK(between(page, "<h1>", "</h1>") == "a\xef\xbf\xbd b");
}

TEST_CASE("the page asks for nothing outside itself") {
    const auto page = report_html(sample());
    // The browser is told so, too.
    CHECK_THAT(page, Catch::Contains("default-src 'none'"));
    const std::regex address(R"re((src|href|action)\s*=\s*["']?\s*([^"'\s>]*))re", std::regex::icase);
    const auto markup = page.substr(0, page.find("<script type"));
    for (std::sregex_iterator found(markup.begin(), markup.end(), address), end; found != end; ++found) {
        INFO(found->str());
        CHECK_THAT((*found)[2].str(), Catch::StartsWith("data:"));
    }
    for (const char* fetch :
         {"src=\"http", "src='http", "href=\"http", "href='http", "src=\"//", "href=\"//", "@import", "url(http",
          "url(\"http", "url('http", "<link rel=\"stylesheet\"", "<script src"}) {
        INFO(fetch);
        CHECK(page.find(fetch) == page.npos);
    }
}

TEST_CASE("nothing of the template is left over") {
    const auto page = report_html(sample());
    for (const char* part : {"{{title}}", "{{style}}", "{{libraries}}", "{{script}}", "{{figures}}"})
        CHECK(page.find(part) == page.npos);
    CHECK_THAT(page, Catch::StartsWith("<!DOCTYPE html>") && Catch::EndsWith("</html>\n"));
}
