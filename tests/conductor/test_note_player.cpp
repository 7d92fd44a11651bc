// Notes alone, without a conductor: which instruments play them, what gives way, what waits for a slot.
#include "rt-engine/conductor/note_player.h"

#include <vector>

#include "tests/scenes/conductor_stage.h"

using namespace forerun;

namespace {

struct Notes {
    explicit Notes(Rig r = ConductorStage::one_instrument()) : rig(std::move(r)) { describe_graph(state, rig); }

    static Event key(EventKind kind, std::int64_t frame, int number, float velocity = 0.5f) {
        return {.frame = frame, .kind = kind, .number = static_cast<std::uint16_t>(number), .value = velocity};
    }
    bool on(std::int64_t frame, int number) { return notes.note_on(key(EventKind::note_on, frame, number)); }
    void off(std::int64_t frame, int number) { notes.note_off(key(EventKind::note_off, frame, number)); }
    std::vector<VoiceMessage> sent() {
        std::vector<VoiceMessage> all;
        for (std::uint32_t w = 0; w < 2; ++w)
            for (VoiceMessage m; queues[w].try_pop(m);) all.push_back(m);
        return all;
    }
    int count(VoiceMessageKind kind) {
        int found = 0;
        for (const auto& m : sent()) found += m.kind == kind ? 1 : 0;
        return found;
    }
    const ConductorStatistics& statistics() const { return state.header().conductor; }

    Configuration configuration = ConductorStage::small();  // four voices and two more slots
    Rig rig;
    SharedState state{configuration};
    Outputs outputs{state, [](std::uint32_t) {}};
    Reports reports{state};
    VoiceTable voices{state};
    VoiceSender sender{voices, outputs};
    Channels channels;
    Stage stage{state, rig, voices, sender, sender.view()};
    Mix mix{stage, channels, voices, sender, outputs};
    Expression expression{stage, channels, voices, sender};
    MusicalClock time{48000};
    NotificationRing ring{state.header().conductor.notifications_lost};
    Notifier notifier{ring, voices, [](const WorkerReport&) {}};
    Horizon horizon{state, outputs, voices, reports, notifier, false};
    NotePlayer notes{state, configuration, stage, channels, mix, expression, time, voices, sender, horizon, notifier};
    std::vector<QueueReader<VoiceMessage>> queues{state.worker_message_reader(0), state.worker_message_reader(1)};
};

}  // namespace

TEST_CASE("a key that is let go releases its voice, unless the pedal is down") {
    Notes n;
    CHECK(n.on(100, 60));
    CHECK(n.on(100, 64));
    CHECK(n.count(VoiceMessageKind::start) == 2);
    n.off(200, 60);
    const auto sent = n.sent();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].is<VoiceRelease>());
    CHECK(sent[0].serial == 1);
    n.channels[0].sustain = true;
    n.off(300, 64);
    CHECK(n.sent().empty());
    n.notes.release_all(0, 400);
    CHECK(n.count(VoiceMessageKind::release) == 1);
    CHECK(n.statistics().notes == 2);
    CHECK(n.statistics().voices_started == 2);
}

TEST_CASE("a layered note that finds a slot for one instrument alone goes on with the other when there is one") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments.push_back(ConductorStage::instrument("two"));
    for (auto& instrument : rig.instruments) instrument.steal = StealPolicy::oldest;
    Notes n(rig);
    CHECK(n.on(10000, 60));
    CHECK(n.on(10000, 62));  // four voices sound
    CHECK(n.on(10000, 64));  // two are stolen, and all six slots are in use
    CHECK(n.sent().size() == 8);
    // One comes back.
    const auto give_back = [&](std::uint32_t slot) {
        const auto generation = n.voices[slot].generation + 1u;
        n.state.mixer_voice(slot).released_generation_plus_one = generation;
        n.state.worker_voice(slot).released_generation_plus_one = generation;
    };
    give_back(0);
    CHECK_FALSE(n.on(10000, 65));
    std::vector<std::uint16_t> begun;
    for (const auto& m : n.sent())
        if (m.is<VoiceStart>()) begun.push_back(m.instrument);
    CHECK(begun == std::vector<std::uint16_t>{0});
    give_back(1);
    CHECK(n.on(10000, 65));
    begun.clear();
    for (const auto& m : n.sent())
        if (m.is<VoiceStart>()) begun.push_back(m.instrument);
    CHECK(begun == std::vector<std::uint16_t>{1});
    CHECK(n.statistics().notes == 4);  // asked twice, it is one
}

TEST_CASE(
    "a key before it comes back later than the note-off of a note of no length, and at once when it is pressed again") {
    auto rig = ConductorStage::one_instrument();
    rig.instruments[0].mode = NoteMode::legato;
    Notes n(rig);
    n.on(100, 60);
    n.on(2000, 64);
    n.sent();
    n.off(2000, 64);
    CHECK(n.sent().empty());
    CHECK(n.notes.late_offs() == 1);
    n.notes.play_late_offs(2000);
    CHECK(n.sent().empty());
    n.notes.play_late_offs(4000);
    const auto sent = n.sent();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].is<VoicePitch>());
    CHECK(sent[0].frame > 2000);
    CHECK(n.notes.late_offs() == 0);

    n.on(5000, 64);
    n.sent();
    n.off(5000, 64);
    n.on(5100, 64);
    CHECK(n.notes.late_offs() == 0);
    const auto again = n.sent();
    REQUIRE(again.size() == 2);
    CHECK(again[0].frame == 5100);
}
