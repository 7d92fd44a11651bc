// What of its music render and play make heard: chosen notes, a piece from somewhere on, a piece again and again.
#include <cmath>
#include <string>
#include <vector>

#include "shared/bad_input.h"
#include "tests/scenes/catch.h"
#include "tools/live/music_options.h"

using namespace forerun;

namespace {

constexpr std::uint8_t on = 0x90, off = 0x80, controller = 0xb0, program = 0xc0, bend = 0xe0;

MidiFile piece_of(std::vector<MidiMessage> messages, double seconds) {
    return {
        .format = 0, .messages = std::move(messages), .tempos = {{0, 120}}, .duration_seconds = seconds, .title = ""};
}

std::string text_of(const MidiFile& piece) {
    std::string text;
    for (const auto& m : piece.messages) {
        char line[64];
        std::snprintf(line, sizeof line, "%g:%x.%d.%d ", m.seconds, m.status, m.data1, m.data2);
        text += line;
    }
    return text;
}

MusicSource voice_source() {
    MusicSource source;
    source.name = "hum.lua";
    source.is_script = true;
    return source;
}

}  // namespace

TEST_CASE("keys have numbers and names") {
    for (const auto& [name, key] : std::vector<std::pair<std::string, int>>{{"0", 0},
                                                                            {"127", 127},
                                                                            {"C4", 60},
                                                                            {"c4", 60},
                                                                            {"A4", 69},
                                                                            {"C-1", 0},
                                                                            {"G9", 127},
                                                                            {"F#3", 54},
                                                                            {"Bb1", 34},
                                                                            {"b1", 35},
                                                                            {"Cb4", 59},
                                                                            {"B#3", 60},
                                                                            {"bb1", 34}})
        CHECK(int{key_named(name, "--notes")} == key);
    for (const auto* name :
         {"", "128", "-1", "H4", "C", "C-2", "Cb-1", "G#9", "4C", "C4 ", " C4", "60.5", "C99999999999"})
        CHECK_THROWS_WITH(key_named(name, "--notes"), Catch::Contains("--notes") && Catch::Contains("is no key"));
}

TEST_CASE("every note is played at every velocity, one after the other") {
    MusicOptions o;
    o.notes = "36,C4";
    o.velocities = "20,127";
    o.hold_seconds = 2;
    auto source = voice_source();
    shape(source, o, 0);
    CHECK(text_of(source.music) ==
          "0:90.36.20 2:80.36.64 2.5:90.36.127 4.5:80.36.64 5:90.60.20 7:80.60.64 7.5:90.60.127 9.5:80.60.64 ");
    CHECK(source.music.duration_seconds == 9.5);
    for (const auto* velocities : {"0", "128", "loud", "1,,2", "64,"}) {
        o.velocities = velocities;
        CHECK_THROWS_WITH(shape(source, o, 0), Catch::Contains("--velocity"));
    }
    source.is_script = false;
    CHECK_THROWS_WITH(shape(source, o, 0), Catch::Contains("--notes: goes with a voice or rig"));
}

TEST_CASE("a piece from somewhere on has the controllers and programs of before, and no note of it") {
    const auto piece = piece_of({{0, 0, program, 5, 0},
                                 {0, 0, controller, 7, 90},
                                 {0, 0, controller, 101, 0},
                                 {0, 0, controller, 100, 0},
                                 {0, 0, controller, 6, 12},
                                 {0, 0, on, 60, 100},
                                 {1, 0, controller, 7, 100},
                                 {1, 0, bend, 1, 64},
                                 {1.5, 0, bend, 2, 64},
                                 {1.5, 0, on, 72, 100},
                                 {2, 0, off, 60, 64},
                                 {3, 0, on, 60, 80},
                                 {4, 0, off, 60, 64},
                                 {4, 0, on, 72, 0}},
                                5);
    const auto rest = piece_from(piece, 2);
    CHECK(text_of(rest) == "0:c0.5.0 0:b0.101.0 0:b0.100.0 0:b0.6.12 0:b0.7.100 0:e0.2.64 1:90.60.80 2:80.60.64 ");
    CHECK(rest.duration_seconds == 3);
    auto source = voice_source();
    source.music = piece;
    MusicOptions o;
    o.from_seconds = 5;
    CHECK_THROWS_WITH(shape(source, o, 0),
                      Catch::Contains("--from 5: lies behind the end") && Catch::Contains("5.0 s"));
}

TEST_CASE("exclusive messages keep their places among the others") {
    auto piece = piece_of({{0, 0, on, 60, 100}, {1, 0, off, 60, 64}, {3, 0, off, 60, 64}, {3, 0, on, 62, 100}}, 4);
    piece.exclusives = {{0, 0, {1}}, {1, 2, {2}}, {3, 3, {3}}, {4, 4, {4}}};
    const auto rest = piece_from(piece, 2);
    REQUIRE(rest.messages.size() == 1);  // key 62
    const auto places = [](const MidiFile& file) {
        std::string text;
        for (const auto& e : file.exclusives)
            text +=
                std::to_string(e.body[0]) + ":" + std::to_string(e.before) + "@" + std::to_string(int(e.seconds)) + " ";
        return text;
    };
    CHECK(places(rest) == "1:0@0 2:0@0 3:0@1 4:1@2 ");
    // Behind what lets go of the notes: two messages for a channel.
    CHECK(places(piece_repeated(piece, 8)) == "1:0@0 2:2@1 3:3@3 4:4@4 1:6@4 2:8@5 3:9@7 4:10@8 ");
}

TEST_CASE("tempos of a piece from somewhere on begin with the one that was valid there") {
    auto piece = piece_of({{9, 0, on, 60, 100}}, 10);
    piece.tempos = {{0, 120}, {2, 90}, {6, 60}};
    const auto rest = piece_from(piece, 3);
    REQUIRE(rest.tempos.size() == 2);
    CHECK(rest.tempos[0].seconds == 0);
    CHECK(rest.tempos[0].quarters_per_minute == 90);
    CHECK(rest.tempos[1].seconds == 3);
}

TEST_CASE("a piece that is repeated lets go of what it held") {
    const auto piece = piece_of({{0, 0, on, 60, 100}, {1, 0, off, 60, 64}}, 2);
    const auto repeated = piece_repeated(piece, 5);
    CHECK(text_of(repeated) ==
          "0:90.60.100 1:80.60.64 2:b0.123.0 2:b0.121.0 2:90.60.100 3:80.60.64 4:b0.123.0 4:b0.121.0 4:90.60.100 "
          "5:80.60.64 ");
    CHECK(repeated.duration_seconds == 6);
    CHECK(piece_repeated(piece_of({}, 0), 5).messages.empty());
    CHECK(piece_repeated(piece, kMidiFileMaxSeconds).duration_seconds == kMidiFileMaxSeconds);
}
