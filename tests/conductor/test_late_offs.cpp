#include "rt-engine/conductor/late_offs.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {
Event off(std::int64_t frame, std::uint8_t channel, std::uint16_t key) {
    return {.frame = frame, .kind = EventKind::note_off, .channel = channel, .number = key};
}
}  // namespace

TEST_CASE("late note-offs come out earliest first, before a frame and not at it") {
    LateOffs offs;
    CHECK_FALSE(offs.take_before(INT64_MAX));
    offs.push(off(300, 0, 60));
    offs.push(off(100, 0, 61));
    offs.push(off(200, 0, 62));
    CHECK_FALSE(offs.take_before(100));
    CHECK(offs.take_before(201)->number == 61);
    CHECK(offs.take_before(201)->number == 62);
    CHECK_FALSE(offs.take_before(201));
    CHECK(offs.size() == 1);
    offs.clear();
    CHECK_FALSE(offs.take_before(INT64_MAX));
}

TEST_CASE("a key that is pressed again takes its own note-offs, in the order in which they came") {
    LateOffs offs;
    offs.push(off(300, 0, 60));
    offs.push(off(100, 1, 60));
    offs.push(off(200, 0, 60));
    offs.push(off(50, 0, 61));
    CHECK(offs.take_of_key(0, 60)->frame == 300);
    CHECK(offs.take_of_key(0, 60)->frame == 200);
    CHECK_FALSE(offs.take_of_key(0, 60));
    CHECK(offs.size() == 2);
}
