// Controllers that a player teaches while it plays, and what a display calls a move.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

TEST_CASE("a controller that is taught moves its parameter, on its channel, and nothing that the rig says") {
    auto rig = two_instruments();
    ControllerMapping knob;
    knob.number = 20;
    knob.targets = {{0, 0, 0, 10, 1, false}};
    rig.mappings = {knob};
    ConductorStage s(rig);
    const auto value = [&](std::uint32_t p) { return s.state.parameter(p).value.load(); };
    s.send(EventKind::learn, 100, 3, 1, 20);
    s.send(EventKind::controller, 200, 3, 20, 1);
    s.conductor.advance(0);
    CHECK(value(0) == 5);
    CHECK(value(1) == 10);
    s.send(EventKind::controller, 300, 4, 20, 0);
    s.conductor.advance(0);
    CHECK(value(1) == 10);
    s.send(EventKind::learn, 400, 3, 1, learned_nrpn + 300);  // another one instead
    s.send(EventKind::controller, 500, 3, 20, 0);
    s.conductor.advance(0);
    CHECK(value(1) == 10);
    s.send(EventKind::controller, 600, 3, 99, 2 / 127.0);
    s.send(EventKind::controller, 600, 3, 98, 44 / 127.0);
    s.send(EventKind::controller, 600, 3, 6, 0);
    s.conductor.advance(0);
    CHECK(value(1) == 0);
    const auto moved = s.conductor.view().last_move();
    CHECK(moved.nrpn);
    CHECK(moved.number == 300);
    CHECK(moved.channel == 3);
    CHECK(moved.count == 4);
    s.send(EventKind::learn, 700, 3, 99, 20);  // no such parameter
    s.send(EventKind::learn, 700, 3, 0, 1e9);  // no such controller
    s.send(EventKind::learn, 700, 3, 0, -1);
    s.conductor.advance(0);
}

TEST_CASE("what a display calls a move: no bank, no data entry, no finer part, no channel mode") {
    ConductorStage s;
    for (const int number : {0, 32, 33, 6, 38, 96, 98, 99, 100, 101, 120, 123})
        s.send(EventKind::controller, 100, 0, number, 0.5);
    s.conductor.advance(0);
    CHECK(s.conductor.view().last_move().count == 0);
    s.send(EventKind::controller, 200, 2, 74, 1);
    s.conductor.advance(0);
    const auto moved = s.conductor.view().last_move();
    CHECK(moved.count == 1);
    CHECK(moved.channel == 2);
    CHECK(moved.number == 74);
    CHECK(moved.value == 127);
    CHECK_FALSE(moved.nrpn);
}
