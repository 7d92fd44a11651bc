// Controllers, their finer parts and NRPN move parameters as the rig says, and sounding voices get the values.
#include "tests/scenes/conductor_stage.h"

namespace {

using namespace forerun;

ControllerMapping mapping(std::uint16_t number, float from, float to, bool nrpn = false) {
    ControllerMapping m;
    m.number = number;
    m.nrpn = nrpn;
    m.targets = {{0, 0, from, to, 1, false}};
    return m;
}

struct Moves {
    explicit Moves(std::vector<ControllerMapping> m) : rig(ConductorStage::one_instrument()) {
        rig.mappings = std::move(m);
        map = ControllerMap(rig);
    }
    // What a controller's message moves the first parameter to; −1: nothing.
    double operator()(int number, int data, int channel = 0) {
        double moved = -1;
        map.control(static_cast<std::uint8_t>(channel), static_cast<std::uint16_t>(number),
                    static_cast<float>(data) / 127.0f, [&](const ControllerTarget&, float value) { moved = value; });
        return moved;
    }
    Rig rig;
    ControllerMap map{rig};
};

}  // namespace

TEST_CASE("a controller and its finer part") {
    Moves move({mapping(20, 0, 127), mapping(74, 10, 20)});
    CHECK(move(20, 64) == 64);
    CHECK(move(52, 64) == 64.5);
    CHECK(move(20, 127) == 127);
    CHECK(move(52, 127) == 127);                     // no further
    CHECK(move(52, 127, 1) == Approx(127 / 128.0));  // another channel has a coarse part of its own
    CHECK(move(74, 0) == 10);
    CHECK(move(74, 127) == 20);
    CHECK(move(21, 5) == -1);

    Moves own({mapping(20, 0, 127), mapping(52, 200, 327)});
    CHECK(own(52, 3) == 203);
}

TEST_CASE("curves and ratios") {
    ControllerTarget t{0, 0, 100, 1600, 2, false};
    CHECK(t.value(0.5) == Approx(475));
    t.logarithmic = true;
    t.curve = 1;
    CHECK(t.value(0.5) == Approx(400));
    CHECK(t.value(0) == 100);
    CHECK(t.value(1) == Approx(1600));
}

TEST_CASE("NRPN: selected, entered in one or two parts, stepped, and let go by an RPN or a reset") {
    Moves move({mapping(2 * 128 + 44, 0, 127, true)});
    CHECK(move(6, 10) == -1);
    CHECK(move(99, 2) == -1);
    CHECK(move(98, 44) == -1);
    CHECK(move(6, 10) == 10);
    CHECK(move(38, 64) == 10.5);
    CHECK(move(96, 0) == 11.5);
    CHECK(move(97, 0) == 10.5);
    CHECK(move(6, 0) == 0);
    CHECK(move(97, 0) == 0);
    CHECK(move(98, 43) == -1);
    CHECK(move(6, 10) == -1);
    for (const int controller : {100, 101, 121}) {
        move(99, 2);
        move(98, 44);
        CHECK(move(6, 1) == 1);
        move(controller, 0);
        CHECK(move(6, 1) == -1);
    }
}

TEST_CASE("what a controller moves reaches sounding voices and the notes to come, within the parameter's range") {
    auto rig = ConductorStage::one_instrument();
    rig.mappings = {mapping(20, -5, 50)};
    rig.mappings[0].channel_mask = 2;
    ConductorStage s(rig);
    s.note(100, 60, 1);
    s.send(EventKind::controller, 200, 1, 20, 1);
    s.send(EventKind::controller, 300, 0, 20, 0);  // another channel
    s.conductor.advance(0);
    const auto sent = s.of_kind(VoiceMessageKind::parameter);
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].frame == 200);
    CHECK(sent[0].get<VoiceParameter>().index == 0);
    CHECK(sent[0].get<VoiceParameter>().value == 10);
    CHECK(s.state.parameter(0).value == 10);
}
