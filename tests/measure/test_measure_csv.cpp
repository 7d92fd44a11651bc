// Results as CSV: what is written is read back, and no spreadsheet takes a name for a formula.
#include <sstream>
#include <string>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"
#include "tools/measure/record/csv.h"
#include "tools/measure/record/gap.h"

using namespace forerun;
using namespace forerun::measure;

TEST_CASE("csv: every text is read back, and begins with nothing that a spreadsheet computes") {
    for (const std::string text :
         {"", "plain", "a,b", "say \"so\"", "two\nlines", "\r\n", "=1+1", "=HYPERLINK(\"http:x\").lua", "+49", "-o",
          "@sum", "\t=1", "\r=1", "'quoted'", "'=1", "''", "\"", "1.5", "a\rb"}) {
        CAPTURE(text);
        const auto field = csv_text(text);
        const auto first = field.find_first_not_of('"');
        if (!text.empty() && first != field.npos)
            CHECK(std::string("=+-@\t\r").find(field[first]) == std::string::npos);
        std::istringstream in("name,next\n" + field + ",7\n" + field + ",8\n");
        CsvReader csv(in, "t.csv");
        for (const int next : {7, 8}) {
            REQUIRE(csv.next());
            // But what cannot be shown.
            std::string shown = text;
            for (auto& c : shown)
                if (c == '\r' || c == '\t') c = '?';
            CHECK(csv.text("name") == shown);
            CHECK(csv.number<int>("next") == next);
        }
        CHECK_FALSE(csv.next());
    }
    CHECK(csv_text("plain") == "plain");
}

TEST_CASE("csv: numbers below zero stay numbers") {
    std::istringstream in("a\n-3.5\n");
    CsvReader csv(in, "t.csv");
    REQUIRE(csv.next());
    CHECK(csv.number<double>("a") == -3.5);
}

TEST_CASE("csv: an instrument whose name is a formula is read back from gaps.csv") {
    Gap gap;
    gap.frames = 1;
    gap.instrument = "=cmd|' /C calc'!A0, \"x\"\nnext";
    std::stringstream file;
    write_gaps(file, {gap});
    CHECK(file.str().find(",=") == std::string::npos);
    CHECK(read_gaps(file, "gaps.csv").at(0).instrument == gap.instrument);
}

TEST_CASE("csv: a line that is not whole is refused with its number") {
    const auto refused = [](const std::string& text) {
        return bad_input([&] {
            std::istringstream in(text);
            CsvReader csv(in, "t.csv");
            while (csv.next()) csv.text("a");
        });
    };
    CHECK_THAT(refused(""), Catch::Contains("t.csv:1: no head line"));
    CHECK_THAT(refused("a,b\n\"x\ny\",1\n2\n"), Catch::Contains("t.csv:4: 1 fields"));
    CHECK_THAT(refused("a\n\"open\n"), Catch::Contains("quote that is not closed"));
}
