// Scales and keyboard maps give every key its frequency; invalid ones are refused with the line.
#include "script-runtime/rig/scala_tuning.h"

#include <algorithm>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

// Scala's own example of the format.
constexpr char meantone[] =
    "! meanquar.scl\n"
    "!\n"
    "1/4-comma meantone scale. Pietro Aaron's temperament (1523)\n"
    " 12\n"
    "!\n"
    " 76.04900\n 193.15686\n 310.26471\n 5/4\n 503.42157\n 579.47057\n 696.57843\n 25/16\n 889.73529\n 1006.84314\n"
    " 1082.89214\n 2/1\n";

std::string map_with(const std::string& entries, const std::string& size = "12", const std::string& octave = "12") {
    return "! a map\n" + size + "\n0\n127\n60\n69\n440.0\n" + octave + "\n" + entries;
}

}  // namespace

TEST_CASE("a scale without a map has its first degree on middle C") {
    const auto scale = read_scale(meantone, "m.scl");
    REQUIRE(scale.cents.size() == 12);
    CHECK(scale.cents[3] == Approx(386.3137139));
    const KeyboardMap map;
    const double c = 261.6255653;
    CHECK(key_hz(scale, map, 60) == Approx(c));
    CHECK(key_hz(scale, map, 64) == Approx(c * 5 / 4));
    CHECK(key_hz(scale, map, 68) == Approx(c * 25 / 16));
    CHECK(key_hz(scale, map, 72) == Approx(c * 2));
    CHECK(key_hz(scale, map, 52) == Approx(c * 5 / 8));
    CHECK(key_hz(scale, map, -8) == Approx(c * 5 / 4 / 64));
}

TEST_CASE("a scale need not have twelve degrees nor an octave") {
    const auto bohlen_pierce =
        read_scale("Bohlen-Pierce, in steps of the tritave\r\n2\r\n 9/7 a remark\r\n3\r\n", "bp.scl");
    const KeyboardMap map;
    CHECK(key_hz(bohlen_pierce, map, 62) == Approx(3 * key_hz(bohlen_pierce, map, 60)));
    CHECK(key_hz(bohlen_pierce, map, 61) == Approx(9.0 / 7 * key_hz(bohlen_pierce, map, 60)));
    CHECK(key_hz(bohlen_pierce, map, 59) == Approx(3.0 / 7 * key_hz(bohlen_pierce, map, 60)));
}

TEST_CASE("a map assigns degrees to keys, leaves some out, and gives a key's frequency") {
    const auto seven = read_scale("white keys, just\n7\n9/8\n5/4\n4/3\n3/2\n5/3\n15/8\n2\n", "s.scl");
    const auto map = read_keyboard_map(map_with("0\nx\n1\nx\n2\n3\nx\n4\nx\n5\nx\n6\n", "12", "7"), "s.kbm");
    CHECK(key_hz(seven, map, 69) == Approx(440));
    CHECK(key_hz(seven, map, 60) == Approx(440 * 3 / 5.0));
    CHECK(key_hz(seven, map, 61) == key_hz(seven, map, 60));
    CHECK(key_hz(seven, map, 67) == Approx(440 * 3 / 5.0 * 3 / 2));
    CHECK(key_hz(seven, map, 72) == Approx(2 * key_hz(seven, map, 60)));
    CHECK(key_hz(seven, map, 59) == Approx(key_hz(seven, map, 60) * 15 / 16));

    // Entries that are missing at the end are not mapped; size 0 maps every key.
    const auto first = read_keyboard_map(map_with("0\n", "2", "1"), "f.kbm");
    CHECK(first.degrees == std::vector<int>{0, KeyboardMap::unmapped});
    CHECK(key_hz(seven, first, 63) == key_hz(seven, first, 62));
    CHECK(key_hz(seven, first, 62) == Approx(key_hz(seven, first, 60) * 9 / 8));
    const auto linear = read_keyboard_map(map_with("", "0", "0"), "l.kbm");
    CHECK(key_hz(seven, linear, 67) == Approx(2 * key_hz(seven, linear, 60)));
}

TEST_CASE("scales and maps are read in the common spellings") {
    const auto same_as_plain = [](const std::string& text) {
        INFO(text);
        return read_scale(text, "x.scl").cents == read_scale("plain\n2\n9/8\n2/1\n", "x.scl").cents;
    };
    for (const char* ratio : {" 9 / 8", "9 /8", "9/ 8", "\t9\t/\t8", "9/8 D", "9/8! major tone", "9/8 ! major tone",
                              "+9/8", "  9 / 8  whole tone"}) {
        CHECK(same_as_plain("x\n2\n" + std::string(ratio) + "\n2/1\n"));
        CHECK(same_as_plain("x\r2\r" + std::string(ratio) + "\r2/1"));
    }
    CHECK(same_as_plain("\xef\xbb\xbf! x.scl\n!\nx\n2\n9/8\n2/1"));
    CHECK(same_as_plain("x\n\n2\n\n9/8\n \t\n2\n\n"));
    CHECK(same_as_plain("\n2 degrees\n9/8\n2\n"));
    CHECK(same_as_plain("x\r\n2! degrees\r\n9/8\r\n\r\n2/1\r\n"));
    CHECK_THAT(bad_input([] { read_scale("\xff\xfex\0", "x.scl"); }), Catch::Contains("UTF-16"));

    const auto hz_of = [](const std::string& text) {
        return key_hz(read_scale(meantone, "m.scl"), read_keyboard_map(text, "x.kbm"), 64);
    };
    const std::string plain = "12\n0\n127\n60\n69\n440.0\n12\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n";
    auto cr = plain, blank = plain;
    std::ranges::replace(cr, '\n', '\r');
    blank.insert(blank.find("69"), "\n \n").insert(0, "\xef\xbb\xbf\n! map\n");
    CHECK(hz_of(cr) == hz_of(plain));
    CHECK(hz_of(blank) == hz_of(plain));
    CHECK(hz_of("12! keys\n" + plain.substr(3)) == hz_of(plain));
}

TEST_CASE("invalid scales and maps are refused with the line") {
    const auto scale = [](const std::string& text) { return bad_input([&] { read_scale(text, "x.scl"); }); };
    CHECK_THAT(scale(""), Catch::Contains("x.scl:0: is empty"));
    CHECK_THAT(scale("a\nmany\n"), Catch::Contains("x.scl:2: the number of degrees must be a whole number from 1"));
    CHECK_THAT(scale("a\n0\n"), Catch::Contains("x.scl:2: the number of degrees"));
    CHECK_THAT(scale("a\n2\n3/2\n"), Catch::Contains("the file ends where degree 2 of 2 should be"));
    for (const char* pitch : {"3/0", "-3/2", "x", "1e400", "12001.", "nan.", "3/2/1", "0", "3/", "/2", "701,955",
                              "1.5/1", "3/2.0", "3 / 2 / 1", "9/8x", "5-"})
        CHECK_THAT(scale("a\n! remark\n1\n" + std::string(pitch) + "\n"),
                   Catch::Contains("x.scl:4: \"" + std::string(pitch)));
    const auto map = [](const std::string& text) { return bad_input([&] { read_keyboard_map(text, "x.kbm"); }); };
    CHECK_THAT(map(map_with("0\n-2\n")), Catch::Contains("x.kbm:10: \"-2\" is no degree"));
    CHECK_THAT(map(map_with("x\nx\n")), Catch::Contains("no key has a degree"));
    CHECK_THAT(map("12\n0\n127\n60\n69\n0\n"), Catch::Contains("x.kbm:6: the reference frequency must be from 1"));
    CHECK_THAT(map("12\n0\n128\n"), Catch::Contains("x.kbm:3: the last key must be"));
}
