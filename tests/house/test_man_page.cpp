// The manual page has every command and every option, and is good troff.
#include <sstream>
#include <string>

#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"

using namespace forerun;

TEST_CASE("the manual page has every command and option that the program has") {
    const auto page = output_of("man");
    REQUIRE(page.code == 0);
    for (const std::string command : {"render", "play", "replay", "check", "devices", "measure", "version"}) {
        CAPTURE(command);
        CHECK_THAT(page.text, Catch::Contains(".SS \"" + command + "\""));
        std::istringstream help(output_of(command + " --help").text);
        for (std::string word; help >> word;) {
            if (word.rfind("--", 0) != 0 || word.size() < 4) continue;
            word = word.substr(0, word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"));
            std::string written;
            for (const char c : word) written += c == '-' ? std::string("\\-") : std::string(1, c);
            CAPTURE(word);
            CHECK_THAT(page.text, Catch::Contains(written));
        }
    }
    CHECK_THAT(page.text, !Catch::Contains(".SS \"man\""));
    CHECK_THAT(output_of("--help").text, !Catch::Contains("manual page"));
}

TEST_CASE("the manual page renders without a warning") {
    if (run_shell("command -v man", ">/dev/null").code != 0) {
        WARN("NOT TESTED: there is no man here");
        return;
    }
    const ScriptFolder folder;
    const auto file = (folder.path() / "forerun.1").string();
    const auto outcome =
        run_shell(FORERUN_PROGRAM " man >" + file + " && LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings=w -l " + file +
                      " 2>&1 >/dev/null",
                  "");
    CHECK(outcome.code == 0);
    CHECK(outcome.text.empty());
}
