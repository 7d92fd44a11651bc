// Sustain, sostenuto and soft pedal, and the release velocity of what they hold.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

TEST_CASE("the sustain pedal holds what is let go under it") {
    ConductorStage s;
    s.note(0, 60);
    s.note(0, 61);
    s.send(EventKind::note_off, 10, 0, 60);
    s.send(EventKind::controller, 20, 0, 64, 1);
    s.send(EventKind::note_off, 30, 0, 61);
    s.conductor.advance(0);
    auto released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 1);
    CHECK(released[0].frame == 10);
    s.send(EventKind::controller, 40, 0, 64, 0);
    s.conductor.advance(0);
    released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 1);
    CHECK(released[0].frame == 40);
}

TEST_CASE("the sostenuto pedal holds the keys that were down when it went down, and no others") {
    ConductorStage s;
    s.note(0, 60);
    s.note(0, 61);
    s.send(EventKind::controller, 10, 0, 66, 1);
    s.note(20, 62);
    for (int key : {60, 62}) s.send(EventKind::note_off, 30, 0, key);
    s.conductor.advance(0);
    auto released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 1);
    CHECK(released[0].serial == 3);
    // Lifted over the sustain pedal nothing ends; 61 is still held by its key.
    s.send(EventKind::controller, 40, 0, 64, 1);
    s.send(EventKind::controller, 50, 0, 66, 0);
    s.conductor.advance(0);
    CHECK(s.of_kind(VoiceMessageKind::release).empty());
    s.send(EventKind::controller, 60, 0, 64, 0);
    s.conductor.advance(0);
    released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 1);
    CHECK(released[0].serial == 1);
    CHECK(released[0].frame == 60);
    s.send(EventKind::note_off, 70, 0, 61);
    s.conductor.advance(0);
    CHECK(s.of_kind(VoiceMessageKind::release).size() == 1);
}

TEST_CASE("a release has the velocity of its note-off, also behind a pedal, and the usual one where nobody says") {
    ConductorStage s;
    for (int key : {60, 61, 62}) s.note(0, key);
    s.send(EventKind::note_off, 10, 0, 60, 0.25);
    s.send(EventKind::controller, 20, 0, 64, 1);
    s.send(EventKind::note_off, 30, 0, 61, 0.75);
    s.send(EventKind::note_off, 30, 0, 62);
    s.send(EventKind::controller, 40, 0, 64, 0);
    s.conductor.advance(0);
    const auto released = s.of_kind(VoiceMessageKind::release);
    REQUIRE(released.size() == 3);
    CHECK(released[0].get<VoiceRelease>().velocity == 0.25f);
    CHECK(released[1].get<VoiceRelease>().velocity == 0.75f);
    CHECK(released[2].get<VoiceRelease>().velocity == usual_release_velocity);
}

TEST_CASE("notes under the soft pedal begin softer") {
    ConductorStage s;
    s.send(EventKind::controller, 0, 0, 67, 1);
    s.note(1, 60);
    s.conductor.advance(0);
    const auto started = s.of_kind(VoiceMessageKind::start);
    REQUIRE(started.size() == 1);
    CHECK(started[0].get<VoiceStart>().velocity == Approx(0.5 * 2 / 3));
}
