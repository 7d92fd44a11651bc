// What is typed becomes notes; a note lasts while its key repeats.

#include <vector>

#include "tests/scenes/catch.h"
#include "tools/live/computer_keyboard.h"

using namespace forerun;

namespace {

constexpr std::int64_t millisecond = 1'000'000;

std::vector<PlayerCommand> type(ComputerKeyboard& keyboard, std::string_view bytes, std::int64_t milliseconds) {
    std::vector<PlayerCommand> events;
    keyboard.type(bytes, milliseconds * millisecond, events);
    return events;
}
std::vector<PlayerCommand> tick(ComputerKeyboard& keyboard, std::int64_t milliseconds) {
    std::vector<PlayerCommand> events;
    keyboard.tick(milliseconds * millisecond, events);
    return events;
}

}  // namespace

TEST_CASE("two rows of letters are a piano from middle C") {
    ComputerKeyboard keyboard;
    const auto events = type(keyboard, "awsedftgyhujkolp;", 0);
    REQUIRE(events.size() == 17);
    for (std::size_t i = 0; i < events.size(); ++i) {
        CHECK(events[i].kind == CommandKind::press);
        CHECK(events[i].number == 60 + i);
    }
}

TEST_CASE("a note ends by itself, later while its key repeats") {
    ComputerKeyboard keyboard;
    REQUIRE(type(keyboard, "a", 0).size() == 1);
    CHECK(tick(keyboard, 649).empty());
    CHECK(type(keyboard, "a", 500).empty());  // the first repetition, not a new note
    CHECK(tick(keyboard, 649).empty());
    for (int t = 530; t <= 2000; t += 30) CHECK(type(keyboard, "a", t).empty());
    CHECK(tick(keyboard, 2119).empty());
    const auto ended = tick(keyboard, 2131);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].kind == CommandKind::release);
    CHECK(ended[0].number == 60);
    CHECK(tick(keyboard, 9000).empty());
}

TEST_CASE("octave, velocity, sustain and every note off") {
    ComputerKeyboard keyboard;
    type(keyboard, "zc", 0);
    const auto note = type(keyboard, "A", 0);
    REQUIRE(note.size() == 1);
    CHECK(note[0].number == 48);
    CHECK(note[0].value == Approx(80 / 127.0f));
    const auto down = type(keyboard, " ", 0);
    REQUIRE(down.size() == 1);
    CHECK(down[0].number == 64);
    CHECK(down[0].value == 1);
    const auto off = type(keyboard, "\x7f", 0);
    REQUIRE(off.size() == 2);
    CHECK(off[0].value == 0);
    CHECK(off[1].kind == CommandKind::release_all);
    CHECK(tick(keyboard, 9000).empty());
    type(keyboard, std::string(20, 'x'), 0);
    CHECK(keyboard.octave() == 8);
    const auto high = type(keyboard, "a;", 0);  // key 108 and 124
    REQUIRE(high.size() == 2);
    CHECK(high[1].number == 124);
}
