#include "rt-engine/conductor/mutes.h"
#include "tests/scenes/catch.h"

using namespace forerun;

TEST_CASE("solo silences the others, muted is silent all the same, and several may play solo") {
    Mutes mutes(3);
    CHECK(mutes.is_heard(0));
    CHECK(mutes.solo(1, true));
    CHECK_FALSE(mutes.is_heard(0));
    CHECK(mutes.is_heard(1));
    CHECK(mutes.solo(2, true));
    CHECK(mutes.is_heard(2));
    CHECK(mutes.mute(1, true));
    CHECK_FALSE(mutes.is_heard(1));
    CHECK(mutes.solo(1, false));
    CHECK(mutes.solo(2, false));
    CHECK(mutes.is_heard(0));
    CHECK_FALSE(mutes.is_heard(1));
}

TEST_CASE("a repeated mute, or one of an unknown instrument, changes nothing") {
    Mutes mutes(2);
    CHECK_FALSE(mutes.mute(0, false));
    CHECK(mutes.mute(0, true));
    CHECK_FALSE(mutes.mute(0, true));
    CHECK_FALSE(mutes.mute(2, true));
    CHECK_FALSE(mutes.solo(2, true));
    CHECK(mutes.is_heard(1));
    CHECK_FALSE(mutes.all_muted());
    mutes.mute_all(true);
    CHECK(mutes.all_muted());
    CHECK(mutes.is_heard(1));  // of all is the master's gain
}
