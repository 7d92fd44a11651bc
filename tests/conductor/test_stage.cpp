// Presets, sets of rigs, learned controllers and mute: what the conductor tells voices and mixer.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

namespace {

// Two instruments, "one" on channel 1 and "two" on channel 2.
Rig two_instruments() {
    Rig rig;
    rig.instruments = {ConductorStage::instrument("one", 1), ConductorStage::instrument("two", 2)};
    return rig;
}

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

TEST_CASE("another rig of a set gets the notes to come; what sounds keeps its key") {
    auto rig = two_instruments();
    rig.instruments[0].channel_mask = rig.instruments[1].channel_mask = 0xffff;
    rig.instruments[1].rig = 1;
    rig.set = {"first", "second"};
    rig.set_channel_mask = 0x8000;
    rig.presets = {{"a", 0, 0, {{0, 0, 3}}}, {"b", 1, 0, {{1, 0, 4}}}};
    ControllerMapping knob;
    knob.number = 20;
    knob.targets = {{0, 0, 0, 10, 1, false}};
    rig.mappings = {knob};
    ConductorStage s(rig);
    s.note(100, 60);
    s.send(EventKind::program, 200, 15, 1);
    s.note(300, 62);
    s.send(EventKind::controller, 310, 0, 20, 1);  // the first rig's
    s.send(EventKind::program, 320, 0, 0);         // the second's preset
    s.send(EventKind::note_off, 400, 0, 60);
    s.send(EventKind::rig, 500, 0, 0);
    s.send(EventKind::rig, 500, 0, 2);  // there is none
    s.note(600, 64);
    s.conductor.advance(0);
    CHECK(s.conductor.view().used_rig() == 0);
    std::vector<std::uint16_t> starts;
    std::size_t releases = 0;
    for (const auto& m : s.voice_messages()) {
        if (m.kind == VoiceMessageKind::start) starts.push_back(m.instrument);
        if (m.kind == VoiceMessageKind::release) releases += m.instrument == 0 && m.frame == 400;
    }
    CHECK(starts == std::vector<std::uint16_t>{0, 1, 0});
    CHECK(releases == 1);
    CHECK(s.state.parameter(0).value == 5);
    CHECK(s.state.parameter(1).value == 4);
}

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

TEST_CASE("mute is the master's gain, and comes back to what the rig says") {
    auto rig = two_instruments();
    rig.master_gain_db = -6;
    ConductorStage s(rig);
    s.send(EventKind::mute, 100, 0, 0, 1);
    s.send(EventKind::mute, 200, 0, 0, 0);
    s.conductor.advance(0);
    const auto gains = s.mixer_commands(MixerCommandKind::master_gain);
    REQUIRE(gains.size() == 2);
    CHECK(gains[0].left == 0);
    CHECK(gains[0].frame == 100);
    CHECK(gains[1].left == Approx(0.5012).margin(1e-4));
    CHECK(gains[1].frame == 200);
}

TEST_CASE("an instrument is muted or alone: gains of the voices that sound and of those to come") {
    ConductorStage s(two_instruments());
    s.note(0, 60, 0);
    s.note(0, 60, 1);
    s.conductor.advance(0);
    const auto starts = s.mixer_commands(MixerCommandKind::start);
    REQUIRE(starts.size() == 2);
    CHECK(starts[0].left > 0);
    // What the newest commands say: the gain of each of the two voices.
    const auto gains = [&] {
        s.conductor.advance(0);
        std::vector<bool> heard;
        for (const auto& c : s.mixer_commands(MixerCommandKind::voice_gains)) heard.push_back(c.left > 0);
        return heard;
    };
    s.send(EventKind::solo, 100, 0, 2, 1);
    CHECK(gains() == std::vector<bool>{false, true});
    s.send(EventKind::solo, 110, 0, 1, 1);
    CHECK(gains() == std::vector<bool>{true, true});
    // Mute counts more; it does not end what others have alone.
    s.send(EventKind::mute, 120, 0, 1, 1);
    CHECK(gains() == std::vector<bool>{false, true});
    s.note(130, 62, 0);
    s.note(130, 62, 1);
    s.conductor.advance(0);
    const auto later = s.mixer_commands(MixerCommandKind::start);
    REQUIRE(later.size() == 2);
    CHECK(later[0].left == 0);
    CHECK(later[1].left > 0);
    s.send(EventKind::mute, 140, 0, 1, 0);
    s.send(EventKind::solo, 140, 0, 1, 0);
    s.send(EventKind::solo, 140, 0, 2, 0);
    s.conductor.advance(0);
    const auto last = s.mixer_commands(MixerCommandKind::voice_gains);
    REQUIRE(last.size() == 12);
    for (std::size_t i = 8; i < 12; ++i) CHECK(last[i].left > 0);
    // The same again, and numbers that are no instrument's, change nothing.
    s.send(EventKind::solo, 150, 0, 2, 0);
    s.send(EventKind::solo, 150, 0, 0, 1);
    s.send(EventKind::solo, 150, 0, 3, 1);
    s.send(EventKind::mute, 150, 0, 3, 1);
    s.conductor.advance(0);
    CHECK(s.mixer_commands(MixerCommandKind::voice_gains).empty());
}

namespace {

// The stage without a conductor: one voice that sounds.
struct StageAlone {
    static Configuration small() {
        auto c = ConductorStage::small();
        c.workers = 1;
        return c;
    }
    StageAlone() {
        describe_graph(state, rig);
        slot = *voices.take();
        voices[slot].serial = 1;
    }
    std::vector<VoiceMessage> messages() {
        std::vector<VoiceMessage> all;
        for (VoiceMessage m; queue.try_pop(m);) all.push_back(m);
        return all;
    }
    WorkerReport failure() {
        WorkerReport report;
        report.slot = static_cast<std::uint16_t>(slot);
        report.generation = voices[slot].generation;
        return report;
    }

    Rig rig = ConductorStage::one_instrument();
    SharedState state{small()};
    QueueReader<VoiceMessage> queue = state.worker_message_reader(0);
    Outputs outputs{state, [](std::uint32_t) {}};
    VoiceTable voices{state};
    VoiceSender sender{voices, outputs};
    std::uint32_t slot = 0;
    Stage stage{state, rig, voices, sender, sender.view()};
};

}  // namespace

TEST_CASE("a version that fails takes its defaults back, once, and voices are told") {
    StageAlone s;
    auto changed = std::make_shared<Rig>(s.rig);
    changed->instruments[0].parameters[0].value = 8;
    CHECK(s.stage.change_rig({.kind = EventKind::change_rig}) == nullptr);  // nothing was offered
    s.stage.offer(changed);
    const auto* was = s.stage.change_rig({.kind = EventKind::change_rig, .number = 99});
    REQUIRE(was);
    CHECK(was->instruments[0].parameters[0].value == 5);
    CHECK(s.stage.rig().instruments[0].parameters[0].value == 8);
    s.stage.reload({.frame = 10, .kind = EventKind::reload, .number = 0, .value = 1});
    auto told = s.messages();
    REQUIRE(told.size() == 2);
    CHECK(told[0].get<VoiceParameter>().value == 8);
    CHECK(told[1].kind == VoiceMessageKind::reload);
    CHECK(told[1].get<VoiceReload>().version == 1);
    CHECK(s.stage.version_of(0) == 1);

    s.stage.go_back_from(s.failure(), 500);
    s.stage.go_back_from(s.failure(), 500);
    CHECK(s.stage.version_of(0) == 0);
    told = s.messages();
    REQUIRE(told.size() == 1);
    CHECK(told[0].kind == VoiceMessageKind::parameter);
    CHECK(told[0].frame == 500);
    CHECK(told[0].get<VoiceParameter>().value == 5);
}

TEST_CASE("a report of a generation that is over takes no version back") {
    StageAlone s;
    s.stage.reload({.kind = EventKind::reload, .number = 0, .value = 1});
    auto report = s.failure();
    ++report.generation;
    s.stage.go_back_from(report, 0);
    CHECK(s.stage.version_of(0) == 1);
}

TEST_CASE("the mix sends a voice's gains, those of all when somebody plays solo, and the whole's by its own curve") {
    StageAlone s;
    Channels channels;
    Mix mix(s.stage, channels, s.voices, s.sender, s.outputs);
    auto queue = s.state.mixer_command_reader();
    const auto next = [&] {
        MixerCommand command;
        REQUIRE(queue.try_pop(command));
        return command;
    };
    channels[0].expression = 0.5;  // a quarter of the gain
    const auto gains = mix.gains_of(s.voices[s.slot]);
    CHECK(gains.left == Approx(0.25 * ChannelState{}.gains(s.rig.instruments[0]).left));
    mix.send(s.slot, 7);
    CHECK(next().left == gains.left);
    CHECK(s.voices[s.slot].gain == std::max(gains.left, gains.right));

    mix.mute({.frame = 9, .kind = EventKind::mute, .number = 1, .value = 1});
    const auto muted = next();
    CHECK(muted.kind == MixerCommandKind::voice_gains);
    CHECK(muted.left == 0);
    mix.mute({.frame = 9, .kind = EventKind::mute, .number = 1, .value = 1});  // it is already
    mix.set_master_volume(0.5f, 10);
    const auto master = next();
    CHECK(master.kind == MixerCommandKind::master_gain);
    CHECK(master.left == Approx(0.25));
    mix.mute({.frame = 11, .kind = EventKind::mute, .number = 0, .value = 1});
    CHECK(next().left == 0);
    mix.mute({.frame = 11, .kind = EventKind::mute, .number = 0, .value = 0});
    CHECK(next().left == Approx(0.25));
    mix.reset_master_volume(12);
    CHECK(next().left == 1);
    mix.reset_master_volume(13);
    MixerCommand command;
    CHECK_FALSE(queue.try_pop(command));
}
