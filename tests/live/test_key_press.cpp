// What a terminal sends for a key.
#include "tests/scenes/catch.h"
#include "tools/live/key_press.h"

using namespace forerun;

namespace {

std::vector<Key> keys_of(std::string_view typed) {
    std::vector<Key> keys;
    for (const auto& press : key_presses(typed)) keys.push_back(press.key);
    return keys;
}

}  // namespace

TEST_CASE("arrows come as either of two sequences, Esc alone is Esc") {
    CHECK(keys_of("\x1b[A\x1b[B\x1b[C\x1b[D") == std::vector<Key>{Key::up, Key::down, Key::right, Key::left});
    CHECK(keys_of("\x1bOA\x1bOD") == std::vector<Key>{Key::up, Key::left});
    CHECK(keys_of("\t\x1b[Z\r\n\b\x7f") ==
          std::vector<Key>{Key::tab, Key::back_tab, Key::enter, Key::enter, Key::backspace, Key::backspace});
    CHECK(keys_of("\x1b") == std::vector<Key>{Key::escape});
    CHECK(keys_of("\x1b\x1b[A") == std::vector<Key>{Key::escape, Key::up});
    // With a modifier, function keys, cut off.
    CHECK(keys_of("\x1b[1;5C\x1bOP\x1b[15~\x1b[") == std::vector<Key>(4, Key::other));
}

TEST_CASE("letters are small, whatever the shift key does, and nothing is lost behind a sequence") {
    const auto presses = key_presses("A\x1b[Aq;");
    REQUIRE(presses.size() == 4);
    CHECK(presses[0].character == 'a');
    CHECK(presses[0].bytes == "A");
    CHECK(presses[2].character == 'q');
    CHECK(presses[3].character == ';');
    CHECK(key_presses("").empty());
}
