#include "rt-engine/conductor/voice_sender.h"

#include "rt-engine/conductor/horizon.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct Sounding {
    static Configuration small() {
        Configuration c;
        c.workers = 2;
        c.voices = 4;
        c.worker_messages = 8;
        return c;
    }
    Sounding() {
        slot = *voices.take();
        voices[slot].serial = 7;
        voices[slot].worker = 1;
        voices[slot].instrument = 3;
        voices[slot].held = true;
    }
    std::vector<VoiceMessage> messages() {
        std::vector<VoiceMessage> all;
        for (VoiceMessage m; queue.try_pop(m);) all.push_back(m);
        return all;
    }
    std::vector<MixerCommand> commands() {
        std::vector<MixerCommand> all;
        for (MixerCommand c; mixer_queue.try_pop(c);) all.push_back(c);
        return all;
    }

    SharedState state{small()};
    QueueReader<VoiceMessage> queue = state.worker_message_reader(1);
    QueueReader<MixerCommand> mixer_queue = state.mixer_command_reader();
    std::vector<std::uint32_t> woken;
    Outputs outputs{state, [this](std::uint32_t worker) { woken.push_back(worker); }};
    VoiceTable voices{state};
    VoiceSender sender{voices, outputs};
    const ConductorView& view = sender.view();
    std::uint32_t slot = 0;
};

}  // namespace

TEST_CASE("a message goes to the voice's worker and says whose it is, and when the event behind it came") {
    Sounding s;
    s.sender.set_arrival(123);
    s.sender.send(s.slot, 50, VoiceParameter{.value = 1.5f, .index = 2});
    s.sender.set_arrival(0);
    s.sender.send_pitch(s.slot, 60, 220, 0.25);
    const auto m = s.messages();
    REQUIRE(m.size() == 2);
    CHECK(m[0].frame == 50);
    CHECK(m[0].serial == 7);
    CHECK(m[0].generation == s.voices[s.slot].generation);
    CHECK(m[0].instrument == 3);
    CHECK(m[0].get<VoiceParameter>().value == 1.5f);
    CHECK(m[0].get<VoiceParameter>().index == 2);
    CHECK(m[0].arrival_nanoseconds == 123);
    CHECK(m[1].kind == VoiceMessageKind::pitch);
    CHECK(m[1].get<VoicePitch>().hz == 220);
    CHECK(m[1].get<VoicePitch>().seconds == 0.25f);
    CHECK(m[1].arrival_nanoseconds == 0);
}

TEST_CASE("a stop reaches mixer and worker once, and lets keys and pedals go") {
    Sounding s;
    s.voices[s.slot].channel = 5;
    s.voices[s.slot].key = 60;
    s.sender.show_note(s.slot);
    s.sender.view().show_serial(s.slot, 7);
    s.sender.stop(s.slot, 100);
    s.sender.stop(s.slot, 50);
    REQUIRE(s.messages().size() == 1);
    const auto commands = s.commands();
    REQUIRE(commands.size() == 1);
    CHECK(commands[0].kind == MixerCommandKind::stop);
    CHECK(commands[0].frame == 100);
    CHECK(commands[0].serial == 7);
    CHECK(s.voices[s.slot].stop_frame == 100);
    CHECK_FALSE(s.voices[s.slot].held);
    CHECK(s.view.slot(s.slot).note == (3u << 16 | 1u << 15 | 5u << 8 | 60u));
    s.voices[s.slot].serial = 0;
    s.sender.show_free_slots();
    CHECK(s.view.slot(s.slot).serial == 0);
}

TEST_CASE("a release carries the key's velocity, gains the louder side for choosing whom to steal") {
    Sounding s;
    s.voices[s.slot].sustained = true;
    s.voices[s.slot].release_velocity = 0.75f;
    s.sender.release(s.slot, 10);
    CHECK(s.messages().at(0).get<VoiceRelease>().velocity == 0.75f);
    CHECK_FALSE(s.voices[s.slot].sustained);
    s.sender.send_gains(s.slot, 20, {0.25f, 0.5f});
    CHECK(s.voices[s.slot].gain == 0.5f);
    CHECK(s.commands().at(0).left == 0.25f);
}

TEST_CASE("moves of controllers are counted") {
    ConductorView view(1);
    CHECK(view.last_move().count == 0);
    view.show_move({.channel = 2, .number = 7, .value = 100});
    view.show_move({.channel = 3, .nrpn = true, .number = 300, .value = 5});
    CHECK(view.last_move().count == 2);
    CHECK(view.last_move().channel == 3);
    CHECK(view.last_move().number == 300);
}

TEST_CASE("the horizon goes forward only, and stays while messages wait for room in a queue") {
    Sounding s;
    struct Nobody final : ReportListener {
        void handle(const MixerReport&) override {}
        void handle(const WorkerReport&) override {}
    } nobody;
    Reports reports(s.state);
    Horizon horizon(s.state, s.outputs, s.voices, reports, nobody, true);
    horizon.move_to(100);
    horizon.move_to(50);
    CHECK(horizon.frame() == 100);
    CHECK(s.state.header().horizon_frame == 100);
    CHECK(s.woken.empty());
    for (int i = 0; i < 9; ++i) s.sender.send(s.slot, i, VoiceControl::bend, 1);
    horizon.move_to(300);
    CHECK(horizon.frame() == 100);
    s.messages();
    horizon.move_to(300);
    CHECK(horizon.frame() == 300);
    CHECK(s.woken == std::vector<std::uint32_t>{0, 1});  // offline, after four quanta
    horizon.move_to(400);
    CHECK(s.woken.size() == 2);
}
