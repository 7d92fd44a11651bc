// The live picture fits its terminal and shows what it is given.

#include "tests/scenes/catch.h"
#include "tools/live/live_picture.h"

using namespace forerun;

namespace {

PictureFigures figures_with(int voices) {
    PictureFigures f;
    f.seconds = 75;
    f.total_seconds = 125;
    f.underrun_events = 3;
    f.underrun_frames = 100;
    f.worker_loads = {0.25, 0.5};
    f.peak_db = -6.04;
    f.tempo = 96;
    for (int v = 0; v < voices; ++v)
        f.voices.push_back({.slot = static_cast<std::uint32_t>(v), .name = "bass C3", .fill = 0.75});
    return f;
}

std::size_t columns_of(const std::string& line) {
    std::size_t columns = 0;
    for (const char c : line) columns += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return columns;
}

}  // namespace

TEST_CASE("bars are as long as they are full") {
    CHECK(fill_bar(0.75, 12, true) == "[█████████░░░]");
    CHECK(fill_bar(0, 4, false) == "[....]");
    CHECK(fill_bar(7, 4, false) == "[####]");
    CHECK(fill_bar(-1, 4, false) == "[....]");
}

TEST_CASE("a line per voice, and what happened above") {
    const auto lines = draw_picture(figures_with(2), {80, 24}, false);
    REQUIRE(lines.size() == 5);
    CHECK(lines[0] == "1:15 of 2:05  2 voices  peak -6.0 dB [#########.]  tempo 96.0");
    CHECK(lines[1] == "underruns 3 (100 frames)  stolen 0  dropped 0");
    CHECK(lines[2].find("worker 1: 50 %") != std::string::npos);
    CHECK(lines[3].find("Voice 0:") == 0);
    CHECK(lines[4].find(" 75%  bass C3") != std::string::npos);
}

TEST_CASE("a level of 0 dB fills its bar, and one of -48 dB is empty") {
    CHECK(level_bar(0, 4, false) == "[####]");
    CHECK(level_bar(-24, 4, false) == "[##..]");
    CHECK(level_bar(-48, 4, false) == "[....]");
    CHECK(level_bar(-200, 4, false) == "[....]");
    CHECK(level_bar(6, 4, false) == "[####]");
}

TEST_CASE("every instrument has a row, whether it sounds or not, with its level and its switches") {
    auto f = figures_with(0);
    f.instruments = {{.number = 0, .name = "bass", .solo = true, .notes = 2, .least_fill = 0.5, .peak_db = -12},
                     {.number = 1, .name = "pad", .chosen = true, .muted = true}};
    const auto lines = draw_picture(f, {100, 24}, false);
    REQUIRE(lines.size() == 5);
    CHECK(lines[3] == " bass               [#########...] -12.0 dB  solo    2 notes  50 % ahead");
    CHECK(lines[4] == ">pad                [............]           muted");
    // The names of columns that are cut off first are the least needed.
    const auto narrow = draw_picture(f, {40, 24}, false);
    CHECK(narrow[3] == " bass       [####.] -12.0 dB  solo    2");
    CHECK(narrow[4] == ">pad        [.....]           muted");
}

TEST_CASE("of more instruments than rows those have one that sound, are chosen, or sounded last") {
    auto f = figures_with(0);
    for (std::size_t i = 0; i < 30; ++i) f.instruments.push_back({.number = i, .name = "i" + std::to_string(i)});
    f.instruments[29].notes = 1;
    f.instruments[28].heard_seconds = 5;
    f.instruments[27].heard_seconds = 7;
    f.instruments[20].chosen = true;
    const auto lines = draw_picture(f, {80, 12}, false);  // 11 rows, 3 of the head: four for instruments
    REQUIRE(lines.size() == 7);
    CHECK(lines[3].starts_with(">i20 "));
    CHECK(lines[4].starts_with(" i27 "));
    CHECK(lines[5].starts_with(" i29 "));
    CHECK(lines[6] == "and 27 instruments more");
}

TEST_CASE("the picture fits every terminal") {
    for (const auto size :
         {TerminalSize{80, 24}, TerminalSize{40, 10}, TerminalSize{20, 3}, TerminalSize{1, 1}, TerminalSize{200, 60}})
        for (const int voices : {0, 1, 18, 19, 20, 21, 128})
            for (const bool utf8 : {false, true}) {
                CAPTURE(size.columns, size.rows, voices, utf8);
                auto figures = figures_with(voices);
                for (int i = 0; i < voices; ++i)
                    figures.instruments.push_back({.name = "an instrument", .notes = i % 3});
                const auto lines = draw_picture(figures, size, utf8);
                CHECK(lines.size() <= static_cast<std::size_t>(std::max(1, size.rows - 1)));
                for (const auto& line : lines)
                    CHECK(columns_of(line) < static_cast<std::size_t>(std::max(2, size.columns)));
            }
}

TEST_CASE("voices that do not fit are summed up with the emptiest of them") {
    auto figures = figures_with(40);
    figures.voices[35].fill = 0.1;
    const auto lines = draw_picture(figures, {80, 24}, false);
    REQUIRE(lines.size() == 23);
    CHECK(lines.back() == "and 21 voices more, the emptiest 10%");
}
