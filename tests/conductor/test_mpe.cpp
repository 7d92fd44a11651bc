// MIDI Polyphonic Expression: zones, and a bend, a pressure and a timbre for each note. From bytes to messages for voices.
#include "rt-engine/conductor/mpe_zones.h"

#include <set>

#include "rt-engine/midi/midi_event.h"
#include "tests/scenes/conductor_stage.h"

namespace {

using namespace forerun;
using Kind = VoiceMessageKind;

struct MpeStage : ConductorStage {
    explicit MpeStage(Rig r = on_channels({1})) : ConductorStage(std::move(r)) {}

    static Rig on_channels(std::vector<int> channels) {
        Rig rig;
        for (const int c : channels)
            rig.instruments.push_back(instrument("i", static_cast<std::uint16_t>(1 << (c - 1))));
        return rig;
    }
    // Channel messages as they stand in the specification: status with channel, two data bytes.
    void bytes(std::int64_t frame, std::vector<std::array<int, 3>> messages) {
        for (const auto& m : messages) {
            Event e;
            REQUIRE(midi_event(static_cast<std::uint8_t>(m[0]), static_cast<std::uint8_t>(m[1]),
                               static_cast<std::uint8_t>(m[2]), e));
            send(e.kind, frame, e.channel, e.number, e.value);
        }
    }
    // The MPE Configuration Message.
    void zone(int master, int members) {
        bytes(0, {{0xb0 | master, 101, 0}, {0xb0 | master, 100, 6}, {0xb0 | master, 6, members}});
    }
    void bend_range(int channel, int keys) {
        bytes(0, {{0xb0 | channel, 101, 0}, {0xb0 | channel, 100, 0}, {0xb0 | channel, 6, keys}});
    }
    // What each note was told last of it.
    std::map<std::uint64_t, double> last(VoiceControl control) {
        conductor.advance(0);
        std::map<std::uint64_t, double> values;
        for (const auto& m : of_kind(Kind::control))
            if (const auto move = m.get<VoiceControlMove>(); move.control == control) values[m.serial] = move.value;
        return values;
    }
    std::set<std::uint64_t> released() {
        conductor.advance(0);
        std::set<std::uint64_t> serials;
        for (const auto& m : of_kind(Kind::release)) serials.insert(m.serial);
        return serials;
    }
    static double keys(double ratio) { return 12 * std::log2(ratio); }
};

}  // namespace

TEST_CASE("zones: which channel belongs to which, and the later zone takes the channels it needs") {
    MpeZones z;
    for (std::uint8_t c = 0; c < 16; ++c) CHECK_FALSE(z.is_member(c));
    z.configure(0, 15);
    CHECK(z.master_of(1) == 0);
    CHECK(z.master_of(15) == 0);
    z.configure(15, 6);
    CHECK(z.master_of(8) == 0);
    CHECK(z.master_of(9) == 15);
    CHECK(z.master_of(14) == 15);
    CHECK(z.master_of(15) == 15);
    z.configure(0, 10);
    CHECK(z.master_of(10) == 0);
    CHECK(z.master_of(11) == 15);
    z.configure(0, 0);
    CHECK_FALSE(z.is_member(5));
    CHECK(z.master_of(11) == 15);
    z.configure(0, 14);
    CHECK(z.master_of(14) == 0);
    CHECK_FALSE(z.is_member(15));
}

TEST_CASE("notes of member channels are played by instruments that listen on the master") {
    MpeStage s(MpeStage::on_channels({1, 5, 16}));
    s.zone(0, 7);
    s.bytes(100, {{0x94, 60, 100}, {0x98, 62, 100}});
    s.zone(15, 3);
    s.bytes(200, {{0x9e, 64, 100}});
    s.conductor.advance(0);
    std::vector<std::pair<int, int>> started;
    for (const auto& m : s.of_kind(Kind::start)) started.emplace_back(m.instrument, m.get<VoiceStart>().key);
    CHECK(started == std::vector<std::pair<int, int>>{{0, 60}, {2, 64}});
}

TEST_CASE("a member bends its note by up to 48 keys, the master all notes by 2, and both add") {
    MpeStage s;
    s.zone(0, 15);
    s.bytes(100, {{0x91, 60, 100}, {0x92, 64, 100}});
    s.bytes(110, {{0xe1, 0, 0x50}});  // a quarter up
    auto sent = s.last(VoiceControl::bend);
    CHECK(MpeStage::keys(sent.at(1)) == Approx(12).epsilon(0.001));
    CHECK(sent.count(2) == 0);
    s.bytes(120, {{0xe0, 0x7f, 0x7f}});
    sent = s.last(VoiceControl::bend);
    CHECK(MpeStage::keys(sent.at(1)) == Approx(14).epsilon(0.001));
    CHECK(MpeStage::keys(sent.at(2)) == Approx(2));
}

TEST_CASE("a bend range set on one member holds for all members, not for the master") {
    MpeStage s;
    s.zone(0, 4);
    s.bend_range(3, 24);
    s.bytes(100, {{0x91, 60, 100}, {0xe1, 0x7f, 0x7f}, {0xe0, 0x7f, 0x7f}});
    CHECK(MpeStage::keys(s.last(VoiceControl::bend).at(1)) == Approx(26));
    s.bend_range(0, 12);
    CHECK(MpeStage::keys(s.last(VoiceControl::bend).at(1)) == Approx(36));
}

TEST_CASE("pressure and timbre belong to the note; the master's are for all") {
    MpeStage s;
    s.zone(0, 15);
    // Before the note, as senders do.
    s.bytes(100, {{0xb1, 74, 127}, {0xd1, 64, 0}, {0x91, 60, 100}, {0x92, 64, 100}});
    CHECK(s.last(VoiceControl::timbre).at(1) == Approx(1));
    s.bytes(110, {{0xd2, 127, 0}, {0xb2, 74, 0}});
    auto pressure = s.last(VoiceControl::pressure);
    CHECK(pressure.at(2) == 1);
    CHECK(pressure.count(1) == 0);
    s.bytes(120, {{0xb0, 74, 127}});
    const auto timbre = s.last(VoiceControl::timbre);
    CHECK(timbre.at(1) == 1);
    CHECK(timbre.at(2) == Approx(0.5));
    s.bytes(130, {{0xd0, 32, 0}});
    pressure = s.last(VoiceControl::pressure);
    CHECK(pressure.at(1) == Approx(64 / 127.0));
    CHECK(pressure.at(2) == 1);
}

TEST_CASE("the master's pedal, volume and all notes off are for the zone") {
    MpeStage s;
    s.zone(0, 15);
    s.bytes(100, {{0xb0, 64, 127}, {0x91, 60, 100}, {0x81, 60, 0}, {0x92, 64, 100}});
    CHECK(s.released().empty());
    s.bytes(200, {{0xb0, 64, 0}});
    CHECK(s.released().count(1) == 1);
    s.bytes(300, {{0xb0, 7, 20}});
    s.conductor.advance(0);
    CHECK(s.mixer_commands(MixerCommandKind::voice_gains).size() == 2);
    s.bytes(400, {{0xb0, 123, 0}});
    CHECK(s.released().count(2) == 1);
}

TEST_CASE("a zone that is set up or taken down ends its notes, and gives the ranges back") {
    MpeStage s(MpeStage::on_channels({1, 3}));
    s.bytes(10, {{0x92, 60, 100}});
    s.conductor.advance(0);
    s.send(EventKind::controller, 20, 0, 101, 0);
    s.send(EventKind::controller, 20, 0, 100, 6 / 127.0);
    s.send(EventKind::controller, 20, 0, 6, 5 / 127.0);
    CHECK(s.released().count(1) == 1);
    s.send(EventKind::controller, 30, 0, 6, 0);
    s.bytes(40, {{0x92, 60, 100}, {0xe2, 0x7f, 0x7f}});
    CHECK(MpeStage::keys(s.last(VoiceControl::bend).at(2)) == Approx(2));

    // Channels between 1 and 16 set up nothing.
    s.zone(3, 5);
    s.bytes(50, {{0x94, 60, 100}});
    s.conductor.advance(0);
    CHECK(s.of_kind(Kind::start).empty());
}

TEST_CASE("legato in a zone: a sostenuto pedal of the channel that is left holds nothing") {
    auto rig = MpeStage::on_channels({1});
    rig.instruments[0].mode = NoteMode::legato;
    MpeStage s(rig);
    s.zone(0, 15);
    s.bytes(100, {{0x91, 60, 100}, {0xb1, 66, 127}, {0x92, 64, 100}, {0xb1, 66, 0}, {0x81, 60, 0}, {0x82, 64, 0}});
    CHECK(s.released().count(1) == 1);
}

TEST_CASE("legato in a zone: the voice takes over the bend and the pressure of the new key's channel") {
    auto rig = MpeStage::on_channels({1});
    rig.instruments[0].mode = NoteMode::legato;
    MpeStage s(rig);
    s.zone(0, 15);
    s.bytes(100, {{0x91, 60, 100}, {0xe1, 0x7f, 0x7f}, {0xd1, 127, 0}});
    s.bytes(200, {{0x92, 64, 100}});
    CHECK(s.last(VoiceControl::bend).at(1) == 1);
    s.bytes(300, {{0x82, 64, 0}});
    CHECK(MpeStage::keys(s.last(VoiceControl::bend).at(1)) == Approx(48));
    s.bytes(400, {{0x81, 60, 0}});
    CHECK(s.released().count(1) == 1);
}
