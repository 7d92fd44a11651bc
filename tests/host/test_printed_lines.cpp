// ctest: timeout=120
// Prints of scripts and messages appear above the live picture and stay; nothing disturbs the picture.
#include "shared/text/printed_lines.h"

#include <random>

#include "tests/scenes/catch.h"
#include "tests/scenes/program_in_terminal.h"
#include "tests/scenes/script_folder.h"
#include "tests/scenes/terminal_screen.h"
#include "tools/live/live_picture.h"
#include "tools/live/pinned_rows.h"

using namespace forerun;

namespace {

using Lines = std::vector<std::string>;

Lines beginning_with(const Lines& rows, const std::string& what) {
    Lines found;
    for (const auto& row : rows)
        if (row.starts_with(what)) found.push_back(row);
    return found;
}

std::size_t place_of_last(const Lines& rows, const std::string& what) {
    for (auto i = rows.size(); i-- > 0;)
        if (rows[i].find(what) != std::string::npos) return i;
    return rows.size();
}

// Prints ten times a second, in the time of its notes.
std::string ticking_voice() {
    return R"(local dsp = require "dsp"
return { start = function(self) self.n = 0 self.osc = dsp.sine() end, done = function(self) return self.n > 60000 end,
    sample = function(self)
        self.n = self.n + 1
        if self.n % 4800 == 0 then print("tick " .. self.n / 4800 .. (" long"):rep(30)) end
        return 0.1 * self.osc:next(self.frequency)
    end })";
}

}  // namespace

TEST_CASE("lines above pinned rows stay, in order, at every size") {
    std::mt19937 random(5);
    for (const auto size : {TerminalSize{80, 24}, TerminalSize{40, 8}, TerminalSize{200, 50}, TerminalSize{20, 3}}) {
        CAPTURE(size.columns, size.rows);
        TerminalScreen screen(size.columns, size.rows);
        PinnedRows pinned;
        Lines lines, rows;
        for (int step = 0; step < 200; ++step) {
            if (random() % 2 == 0) {
                rows.clear();
                for (auto n = random() % static_cast<unsigned>(size.rows); n > 0; --n)
                    rows.push_back("row " + std::to_string(step) + " " + std::to_string(n));
                screen.write(pinned.show(rows, size));
            } else {
                lines.push_back("line " + std::to_string(step));
                screen.write(pinned.write_above({lines.back()}, size));
            }
        }
        screen.write(pinned.show(rows, size));
        auto expected = lines;
        expected.insert(expected.end(), rows.begin(), rows.end());
        auto shown = screen.rows();
        while (!shown.empty() && shown.back().empty()) shown.pop_back();
        CHECK(shown == expected);
    }
}

TEST_CASE("rows that a narrower terminal has wrapped are all removed") {
    PinnedRows pinned;
    pinned.show({std::string(70, 'a'), std::string(30, 'b')}, {80, 24});
    // 70 columns take two rows of 40.
    CHECK(pinned.show({"c"}, {40, 24}).starts_with("\x1b[3A\r"));
    CHECK(pinned.show({"d"}, {40, 24}).starts_with("\x1b[1A\r"));
}

TEST_CASE("lines are held, counted beyond the limit, and written when they are no longer held") {
    PrintedLines::Held held;
    PrintedLines::write("one\x1b[2J\ntwo \xc2\x9b");
    CHECK(held.take() == Lines{"one?[2J?two ??"});
    CHECK(held.take().empty());
    for (int i = 0; i < 1005; ++i) PrintedLines::write("line");
    const auto lines = held.take();
    REQUIRE(lines.size() == 1001);
    CHECK(lines.back() == "5 more lines");
}

TEST_CASE("a script's prints while it plays are above the picture, complete and in order") {
    const ScriptFolder folder;
    folder.write("ticks.lua", ticking_voice());
    for (const unsigned short columns : {40, 100}) {
        CAPTURE(columns);
        const auto outcome = run_in_terminal(
            folder.path(),
            {"play", "ticks.lua", "--device", "clock", "--midi", "none", "--seconds", "1.5", "--workers", "1"}, columns,
            12);
        CAPTURE(outcome.text);
        CHECK(outcome.code == 0);
        TerminalScreen screen(columns, 12);
        screen.write(outcome.text);
        CHECK(screen.obeyed == "");
        const auto rows = screen.rows();
        const auto ticks = beginning_with(rows, "ticks.lua: tick ");
        // The phrase's notes each count from one; at most ten lines a second are printed.
        REQUIRE(ticks.size() >= 5);
        std::string all;
        for (const auto& row : rows) all += row;
        std::size_t whole = 0;
        for (auto at = all.find("ticks.lua: tick "); at != all.npos; at = all.find("ticks.lua: tick ", at + 1)) ++whole;
        CHECK(whole == ticks.size());
        // One picture is left, below all that was said while there was one.
        CHECK(beginning_with(rows, "underruns ").size() == 2);  // and the report's
        CHECK(place_of_last(rows, "ticks.lua: tick ") < place_of_last(rows, "played "));
    }
}

TEST_CASE("standard error in a file gets what is printed, and the picture does not") {
    const ScriptFolder folder;
    folder.write("ticks.lua", ticking_voice());
    const auto outcome = run_in_terminal(
        folder.path(), {"play", "ticks.lua", "--device", "clock", "--midi", "none", "--seconds", "1", "--workers", "1"},
        100, 30, "", (folder.path() / "errors.txt").string());
    CHECK(outcome.code == 0);
    CHECK(outcome.text.find("tick ") == std::string::npos);
    std::ifstream errors(folder.path() / "errors.txt");
    std::string line;
    std::getline(errors, line);
    CHECK(line.find("tick 1 ") != std::string::npos);
}

TEST_CASE("render's progress bar does not disturb lines either, and disappears before the report") {
    const ScriptFolder folder;
    folder.write("ticks.lua", ticking_voice());
    const auto outcome =
        run_in_terminal(folder.path(), {"render", "ticks.lua", "-o", "o.wav", "--workers", "1"}, 100, 30);
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    TerminalScreen screen(100, 30);
    screen.write(outcome.text);
    const auto rows = screen.rows();
    CHECK_FALSE(beginning_with(rows, "ticks.lua: tick 1 ").empty());
    CHECK(beginning_with(rows, "played ").size() == 1);
    for (const auto& row : rows) CHECK((row.find(": tick") == row.npos || row.starts_with("ticks.lua: tick")));
    CHECK(beginning_with(rows, "[").empty());
}

TEST_CASE("print of a trusted script goes the same way") {
    const ScriptFolder folder;
    folder.write("ticks.lua", ticking_voice());
    const auto outcome =
        run_in_terminal(folder.path(), {"render", "ticks.lua", "-o", "o.wav", "--trust", "--workers", "1"}, 100, 30, "",
                        (folder.path() / "errors.txt").string());
    CHECK(outcome.code == 0);
    CHECK(outcome.text.find("tick 1") == std::string::npos);
    std::ifstream errors(folder.path() / "errors.txt");
    std::string line;
    std::getline(errors, line);
    CHECK(line.starts_with("ticks.lua: tick 1 "));
}
