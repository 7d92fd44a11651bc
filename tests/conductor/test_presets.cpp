// Presets: by event, by program change where no instrument chooses by it, and kept from what the parameters are.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

namespace {

std::vector<float> values_of(const std::vector<VoiceMessage>& messages) {
    std::vector<float> values;
    for (const auto& m : messages) values.push_back(m.get<VoiceParameter>().value);
    return values;
}

}  // namespace

TEST_CASE("a preset sets all its values at its frame, by event or by program change") {
    auto rig = two_instruments();
    rig.presets = {{"warm", 0, 4, {{0, 0, 3}, {1, 0, 4}}}, {"cold", 0, 5, {{0, 0, 9}}}};
    ConductorStage s(rig);
    s.note(100, 60, 0);
    s.note(100, 60, 1);
    s.send(EventKind::preset, 200, 0, 1);
    s.send(EventKind::program, 300, 7, 4);
    s.send(EventKind::program, 350, 7, 6);  // no preset's
    s.send(EventKind::preset, 400, 0, 2);   // there is none
    s.conductor.advance(0);
    const auto told = s.of_kind(VoiceMessageKind::parameter);
    CHECK(values_of(told) == std::vector<float>{9, 3, 4});
    CHECK(told[0].frame == 200);
    CHECK(told[1].frame == 300);
    CHECK(told[2].frame == 300);
    CHECK(s.state.parameter(1).value == 4);
}

TEST_CASE("a program change is an instrument's where one chooses by it") {
    auto rig = two_instruments();
    rig.instruments[0].last_program = 3;
    rig.presets = {{"warm", 0, 0, {{1, 0, 4}}}};
    ConductorStage s(rig);
    s.send(EventKind::program, 100, 0, 0);
    s.conductor.advance(0);
    CHECK(s.state.parameter(1).value == 5);
    s.send(EventKind::program, 200, 1, 0);
    s.conductor.advance(0);
    CHECK(s.state.parameter(1).value == 4);
}

TEST_CASE("a program change on a drum channel that became none is the instruments' that play it then") {
    Rig rig;
    rig.instruments = {ConductorStage::instrument("piano", 1 << 10), ConductorStage::instrument("drums", 1 << 9)};
    rig.instruments[0].last_program = 3;
    rig.presets = {{"warm", 0, 0, {{1, 0, 4}}}};
    ConductorStage s(rig);
    s.send(EventKind::drum_part, 100, 9, 0, 0);
    s.send(EventKind::program, 200, 9, 0);
    s.conductor.advance(0);
    CHECK(s.state.parameter(1).value == 5);
    s.send(EventKind::drum_part, 300, 9, 0, 1);
    s.send(EventKind::program, 400, 9, 0);
    s.conductor.advance(0);
    CHECK(s.state.parameter(1).value == 4);
}

TEST_CASE("events whose value is no number are nothing") {
    ConductorStage s(two_instruments());
    for (const float value : {std::nanf(""), HUGE_VALF, -HUGE_VALF})
        for (const auto kind : {EventKind::parameter, EventKind::master_volume, EventKind::master_tuning,
                                EventKind::channel_tuning, EventKind::pitch_bend, EventKind::note_on})
            s.send(kind, 100, 0, 0, value);
    s.conductor.advance(0);
    CHECK(s.state.parameter(0).value == 5);
    CHECK(s.state.header().conductor.events == 0);
    CHECK(s.mixer_commands(MixerCommandKind::master_gain).empty());
}

TEST_CASE("what the parameters are is kept as one more preset, and comes back") {
    ConductorStage s(two_instruments());
    s.send(EventKind::parameter, 100, 0, 0, 7);
    s.send(EventKind::parameter, 100, 0, 1, 8);
    s.send(EventKind::keep_preset, 150, 0, 0);
    s.send(EventKind::keep_preset, 160, 0, 5);  // not the next one
    s.send(EventKind::parameter, 200, 0, 0, 1);
    s.send(EventKind::parameter, 200, 0, 1, 2);
    s.conductor.advance(0);
    CHECK(s.state.parameter(0).value == 1);
    s.send(EventKind::preset, 300, 0, 0);
    s.conductor.advance(0);
    CHECK(s.state.parameter(0).value == 7);
    CHECK(s.state.parameter(1).value == 8);
}
