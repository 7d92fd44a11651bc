// Which instruments play a note, and what they get with it: programs, banks, keys, velocities, parameters.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

TEST_CASE("a note carries its parameters, frequency and channel's bend, and its seed differs from its neighbour's") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments[0].transpose = 12;
    ConductorStage s(rig);
    s.send(EventKind::parameter, 0, 0, 0, 7.5);
    s.send(EventKind::pitch_bend, 0, 0, 0, 1);
    s.note(10, 69);
    s.note(20, 69, 1);
    s.conductor.advance(0);
    const auto messages = s.voice_messages();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].kind == VoiceMessageKind::start);
    CHECK(messages[0].get<VoiceStart>().frequency_hz == Approx(880));
    CHECK(s.state.start_parameters(messages[0].slot)[0] == 7.5f);
    CHECK(messages[1].get<VoiceControlMove>().control == VoiceControl::bend);
    CHECK(messages[1].get<VoiceControlMove>().value == Approx(std::exp2(2 / 12.0)));
    CHECK(messages[2].kind == VoiceMessageKind::start);
    CHECK(messages[2].get<VoiceStart>().seed != messages[0].get<VoiceStart>().seed);
}

TEST_CASE("parameters are clamped and reach the voices that sound") {
    ConductorStage s;
    s.note(0, 60);
    s.send(EventKind::parameter, 50, 0, 0, 99);
    s.conductor.advance(0);
    const auto messages = s.of_kind(VoiceMessageKind::parameter);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].get<VoiceParameter>().value == 10.0f);
    CHECK(messages[0].frame == 50);
    CHECK(s.state.parameter(0).value.load() == 10.0f);
}

TEST_CASE("programs choose among the instruments of a channel, layers start together") {
    Rig rig;
    rig.instruments = {ConductorStage::instrument("a", 1), ConductorStage::instrument("b", 1),
                       ConductorStage::instrument("layer", 1)};
    rig.instruments[0].last_program = 7;
    rig.instruments[1].first_program = 8;
    ConductorStage s(rig);
    s.note(0, 60);
    s.send(EventKind::program, 1, 0, 8);
    s.note(2, 61);
    s.note(3, 62, 1);  // nobody listens there
    s.conductor.advance(0);
    std::vector<int> instruments;
    for (const auto& m : s.of_kind(VoiceMessageKind::start)) instruments.push_back(m.instrument);
    CHECK(instruments == std::vector<int>{0, 2, 1, 2});
    CHECK(s.count(&ConductorStatistics::notes) == 3);
}

TEST_CASE("an instrument with a bank plays that bank's programs, one without plays every bank's") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments.push_back(ConductorStage::instrument("bank 130"));
    rig.instruments[1].bank = 130;
    ConductorStage s(rig);
    s.note(0, 60);
    s.send(EventKind::controller, 1, 0, 0, 1.0 / 127);
    s.send(EventKind::controller, 1, 0, 32, 2.0 / 127);
    s.note(2, 61);
    s.send(EventKind::program, 3, 0, 9);
    s.note(4, 62);
    s.conductor.advance(0);
    std::vector<std::pair<int, int>> started;
    for (const auto& m : s.of_kind(VoiceMessageKind::start))
        started.emplace_back(m.get<VoiceStart>().key, m.instrument);
    CHECK(started == std::vector<std::pair<int, int>>{{60, 0}, {61, 0}, {62, 0}, {62, 1}});
}

TEST_CASE("keys split, velocities layer, and a curve bends what the voice gets") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments = {ConductorStage::instrument("low"), ConductorStage::instrument("high"),
                       ConductorStage::instrument("hard")};
    rig.instruments[0].last_key = 59;
    rig.instruments[1].first_key = 60;
    rig.instruments[2].least_velocity = 100;
    rig.instruments[2].velocity_curve = 2;
    ConductorStage s(rig);
    s.send(EventKind::note_on, 0, 0, 59, 99.0 / 127);
    s.send(EventKind::note_on, 1, 0, 60, 100.0 / 127);
    s.conductor.advance(0);
    const auto started = s.of_kind(VoiceMessageKind::start);
    REQUIRE(started.size() == 3);
    CHECK(started[0].instrument == 0);
    CHECK(started[1].instrument == 1);
    CHECK(started[1].get<VoiceStart>().velocity == Approx(100.0 / 127));
    CHECK(started[2].instrument == 2);
    CHECK(started[2].get<VoiceStart>().velocity == Approx(100.0 / 127 * 100 / 127));
    // Letting a key go reaches every layer.
    s.send(EventKind::note_off, 10, 0, 60);
    s.conductor.advance(0);
    CHECK(s.of_kind(VoiceMessageKind::release).size() == 2);
}
