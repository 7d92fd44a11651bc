// The live picture fits its terminal and shows what it is given.

#include "tests/catch.h"
#include "tools/live_picture.h"

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
    CHECK(lines[0] == "1:15 of 2:05  2 voices  peak -6.0 dB");
    CHECK(lines[1] == "underruns 3 (100 frames)  stolen 0  dropped 0");
    CHECK(lines[2].find("worker 1: 50 %") != std::string::npos);
    CHECK(lines[3].find("Voice 0:") == 0);
    CHECK(lines[4].find(" 75%  bass C3") != std::string::npos);
}

TEST_CASE("the picture fits every terminal") {
    for (const auto size :
         {TerminalSize{80, 24}, TerminalSize{40, 10}, TerminalSize{20, 3}, TerminalSize{1, 1}, TerminalSize{200, 60}})
        for (const int voices : {0, 1, 18, 19, 20, 21, 128})
            for (const bool utf8 : {false, true}) {
                CAPTURE(size.columns, size.rows, voices, utf8);
                const auto lines = draw_picture(figures_with(voices), size, utf8);
                CHECK(lines.size() <= static_cast<std::size_t>(std::max(1, size.rows - 1)));
                for (const auto& line : lines)
                    CHECK(columns_of(line) < static_cast<std::size_t>(std::max(2, size.columns)));
            }
}

TEST_CASE("voices that do not fit are told with the emptiest of them") {
    auto figures = figures_with(40);
    figures.voices[35].fill = 0.1;
    const auto lines = draw_picture(figures, {80, 24}, false);
    REQUIRE(lines.size() == 23);
    CHECK(lines.back() == "and 21 voices more, the emptiest 10%");
}
