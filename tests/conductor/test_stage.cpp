// What plays now: the rig of a set, the version of a script, the mix; and the stage alone, without a conductor.
#include "tests/scenes/conductor_stage.h"

using namespace forerun;

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
