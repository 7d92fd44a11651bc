// System exclusive messages: their events, that recorded messages give the same events, and reports of ignored ones.
#include "rt-engine/midi/midi_exclusive.h"

#include "rt-engine/midi/ignored_midi.h"
#include "rt-engine/midi/midi_bytes.h"
#include "rt-engine/midi/midi_exclusive_message.h"
#include "rt-engine/midi/midi_player.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<Event> events_of(const Bytes& body) {
    std::vector<Event> events;
    midi_exclusive_events(body, [&](const Event& event) { events.push_back(event); });
    return events;
}
// Of a message that says one thing.
Event event_of(const Bytes& body) {
    const auto events = events_of(body);
    REQUIRE(events.size() == 1);
    return events[0];
}

// With the checksum.
Bytes gs(Bytes address_and_data) {
    Bytes body = {0x41, 0x10, 0x42, 0x12};
    int sum = 0;
    for (const auto byte : address_and_data) sum += byte;
    address_and_data.push_back(static_cast<std::uint8_t>((128 - sum % 128) % 128));
    body.insert(body.end(), address_and_data.begin(), address_and_data.end());
    return body;
}

}  // namespace

TEST_CASE("resets of every kind") {
    const auto reset = [](const Bytes& body) {
        const auto event = event_of(body);
        CHECK(event.kind == EventKind::system_reset);
        return static_cast<SystemReset>(event.number);
    };
    CHECK(reset({0x7e, 0x7f, 9, 1}) == SystemReset::gm);
    CHECK(reset({0x7e, 0x00, 9, 2}) == SystemReset::gm);
    CHECK(reset({0x7e, 0x7f, 9, 3}) == SystemReset::gm2);
    CHECK(reset(gs({0x40, 0, 0x7f, 0})) == SystemReset::gs);
    CHECK(reset(gs({0, 0, 0x7f, 1})) == SystemReset::gs);
    CHECK(reset({0x43, 0x10, 0x4c, 0, 0, 0x7e, 0}) == SystemReset::xg);
    CHECK(reset({0x43, 0x15, 0x4c, 0, 0, 0x7f, 0}) == SystemReset::xg);
    CHECK(events_of({0x7e, 0x7f, 9, 4}).empty());
    CHECK(events_of({0x7e, 0x7f, 9, 1, 0}).empty());
}

TEST_CASE("master volume and tuning: universal, Roland, Yamaha") {
    CHECK(event_of({0x7f, 0x7f, 4, 1, 127, 127}).value == 1);
    CHECK(event_of({0x7f, 0x7f, 4, 1, 0, 127}).value == 1);
    CHECK(event_of({0x7f, 0x7f, 4, 1, 0, 64}).value == Approx(64 / 127.0));
    CHECK(event_of({0x7f, 0x7f, 4, 1, 0, 0}).value == 0);
    CHECK(event_of(gs({0x40, 0, 4, 64})).kind == EventKind::master_volume);
    CHECK(event_of({0x43, 0x10, 0x4c, 0, 0, 4, 127}).value == 1);
    CHECK(event_of({0x7f, 0x7f, 4, 3, 0, 96}).value == 0.5f);
    CHECK(event_of({0x7f, 0x7f, 4, 4, 0, 61}).value == -3);
    CHECK(event_of({0x7f, 0x7f, 4, 4, 0, 61}).number == 1);
    CHECK(event_of(gs({0x40, 0, 0, 0, 7, 14, 8})).value == 1);  // 100 cents
    CHECK(event_of(gs({0x40, 0, 5, 62})).value == -2);
    CHECK(event_of({0x43, 0x10, 0x4c, 0, 0, 6, 69}).value == 5);
}

TEST_CASE("parts: Roland's numbering begins with the drums") {
    const auto channel = [](int block) {
        return event_of(gs({0x40, static_cast<std::uint8_t>(block), 0x15, 2})).channel;
    };
    CHECK(channel(0x10) == 9);
    CHECK(channel(0x11) == 0);
    CHECK(channel(0x19) == 8);
    CHECK(channel(0x1a) == 10);
    CHECK(channel(0x1f) == 15);
    CHECK(event_of(gs({0x40, 0x1b, 0x15, 2})).value == 1);
    CHECK(event_of(gs({0x40, 0x1b, 0x15, 0})).value == 0);
    CHECK(event_of({0x43, 0x10, 0x4c, 8, 10, 7, 2}).kind == EventKind::drum_part);
    CHECK(event_of({0x43, 0x10, 0x4c, 8, 10, 7, 2}).channel == 10);
    const auto tone = events_of(gs({0x40, 0x12, 0, 8, 24}));
    REQUIRE(tone.size() == 2);
    CHECK(tone[0].kind == EventKind::controller);
    CHECK(tone[1].kind == EventKind::program);
    CHECK(tone[1].number == 24);
    CHECK(event_of(gs({0x40, 0x12, 0x16, 52})).value == -12);
    const auto block = events_of({0x43, 0x10, 0x4c, 8, 3, 1, 0, 0, 19});  // bank, its fine part, program
    REQUIRE(block.size() == 3);
    CHECK(block[2].number == 19);
    CHECK(block[2].channel == 3);
}

TEST_CASE("messages with a wrong checksum, cut off or of other makers are ignored") {
    auto wrong = gs({0x40, 0, 0x7f, 0});
    ++wrong.back();
    CHECK(events_of(wrong).empty());
    CHECK(events_of({}).empty());
    CHECK(events_of({0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7f}).empty());
    CHECK(events_of({0x7f, 0x7f, 4, 1, 0}).empty());
    CHECK(events_of({0x7d, 1, 2, 3}).empty());
    CHECK(events_of({0x43, 0x10, 0x4c, 8, 16, 7, 2}).empty());  // there are 16 parts
}

TEST_CASE("the message of an event gives the event again") {
    const auto event = [](EventKind kind, int number, float value, int channel = 0) {
        return exclusive::event_of(kind, number, value, channel);
    };
    std::vector<Event> all;
    for (int n = 0; n < 4; ++n) all.push_back(event(EventKind::system_reset, n, 0));
    for (const float volume : {0.0f, 0.25f, 64 / 127.0f, 1.0f})
        all.push_back(event(EventKind::master_volume, 0, volume));
    for (const float keys : {-1.0f, -0.5f, 0.0f, 0.25f}) all.push_back(event(EventKind::master_tuning, 0, keys));
    for (const float keys : {-64.0f, -1.0f, 0.0f, 63.0f}) all.push_back(event(EventKind::master_tuning, 1, keys));
    for (int c = 0; c < 16; ++c) {
        all.push_back(event(EventKind::drum_part, 0, c % 2 == 0, c));
        all.push_back(event(EventKind::channel_tuning, 1, static_cast<float>(c - 8), c));
    }
    for (const auto& e : all) {
        const auto message = exclusive_message_of(e);
        INFO(static_cast<int>(e.kind) << " " << e.number << " " << e.value << " " << int{e.channel});
        MidiBytes bytes;
        std::vector<Event> again;
        bytes.take(
            {message.bytes.data(), message.size}, [](const MidiBytesMessage&) {},
            [&](std::span<const std::uint8_t> body) {
                midi_exclusive_events(body, [&](const Event& heard) { again.push_back(heard); });
            });
        REQUIRE(again.size() == 1);
        CHECK(again[0].kind == e.kind);
        CHECK(again[0].number == e.number);
        CHECK(again[0].channel == e.channel);
        CHECK(again[0].value == Approx(e.value).margin(1e-4));
    }
    CHECK(exclusive_message_of(event(EventKind::note_on, 60, 1)).size == 0);
}

TEST_CASE("exclusive messages of a port may come in any pieces, with real time inside; long and cut ones are dropped") {
    std::vector<Bytes> found;
    std::size_t others = 0;
    MidiBytes parser;
    const auto take = [&](const Bytes& bytes) {
        parser.take(
            bytes, [&](const MidiBytesMessage&) { ++others; },
            [&](std::span<const std::uint8_t> body) { found.emplace_back(body.begin(), body.end()); });
    };
    for (const auto byte : Bytes{0xf0, 1, 2, 0xf8, 3, 0xf7}) take({byte});
    CHECK(found == std::vector<Bytes>{{1, 2, 3}});
    CHECK(others == 1);
    take({0xf0, 4, 5, 0x90, 60, 1, 0xf7});
    CHECK(found.size() == 1);
    for (const std::size_t size : {MidiBytes::most_exclusive, MidiBytes::most_exclusive + 1}) {
        Bytes message(size + 2, 7);
        message.front() = 0xf0;
        message.back() = 0xf7;
        take(message);
    }
    REQUIRE(found.size() == 2);
    CHECK(found[1].size() == MidiBytes::most_exclusive);
    CHECK(parser.dropped() == 0);
}

TEST_CASE("a file's exclusive messages are events in order; keys that a reset has released are not released again") {
    MidiFile file{0, {{0, 0, 0x90, 60, 100}, {1, 0, 0x90, 62, 100}}, {{0, 120}}, 2, ""};
    file.exclusives = {{0, 0, {0x7e, 0x7f, 9, 1}}, {0.5, 1, {0x7e, 0x7f, 9, 1}}, {0.5, 1, {0x7d, 1}}};
    auto events = midi_events(file, 1000, 10);
    std::erase_if(events, [](const Event& e) { return e.kind == EventKind::tempo || e.kind == EventKind::transport; });
    REQUIRE(events.size() == 5);
    CHECK(events[0].kind == EventKind::system_reset);
    CHECK(events[1].kind == EventKind::note_on);
    CHECK(events[2].kind == EventKind::system_reset);
    CHECK(events[2].frame == 510);
    CHECK(events[3].number == 62);
    CHECK(events[4].kind == EventKind::note_off);
    CHECK(events[4].number == 62);
}

TEST_CASE("ignored messages of a file are reported in one line for each kind") {
    Rig rig;
    rig.instruments.resize(1);
    rig.mappings = {{"", false, false, 71, 1, {{0, 0, 0, 1, 1, false}}},
                    {"", true, false, 300, 1, {{0, 0, 0, 1, 1, false}}}};
    const auto cc = [](int channel, int number, int value) {
        return MidiMessage{0, 0, static_cast<std::uint8_t>(0xb0 | channel), static_cast<std::uint8_t>(number),
                           static_cast<std::uint8_t>(value)};
    };
    MidiFile file{0, {}, {{0, 120}}, 1, ""};
    CHECK(ignored_midi(file, rig, "song.mid").empty());
    file.messages = {cc(0, 91, 40),   cc(1, 91, 40),   cc(2, 91, 0),   // reverb, twice
                     cc(0, 71, 10),   cc(1, 71, 10),   cc(1, 71, 64),  // mapped on the first channel
                     cc(0, 99, 2),    cc(0, 98, 44),   cc(0, 6, 1),    // mapped
                     cc(0, 99, 1),    cc(0, 98, 8),    cc(0, 6, 1),    // not mapped
                     cc(0, 101, 0),   cc(0, 100, 5),   cc(0, 6, 1),    // modulation range
                     cc(0, 101, 0),   cc(0, 100, 2),   cc(0, 6, 1),    // understood
                     cc(0, 101, 127), cc(0, 100, 127), cc(0, 6, 1),   cc(0, 7, 1)};
    file.exclusives = {{0, 0, gs({0x40, 1, 0x30, 4})},         {0, 0, gs({0x40, 1, 0x33, 4})},
                       {0, 0, gs({0x40, 0, 0x7f, 0})},         {0, 0, {0x7e, 0x7f, 8, 8, 0}},
                       {0, 0, {0x43, 0x10, 0x4c, 2, 1, 0, 1}}, {0, 0, {0x7d, 1, 2}},
                       {0, 0, gs({0x40, 0x11, 0x15, 1})},      {0, 0, {0x43, 0x10, 0x4c, 8, 0, 7, 2}}};  // understood
    CHECK(ignored_midi(file, rig, "song.mid") ==
          std::vector<std::string>{"song.mid: 2 GS reverb messages are ignored", "song.mid: 1 NRPN message is ignored",
                                   "song.mid: 1 XG effect message is ignored",
                                   "song.mid: 1 modulation range (RPN 5) message is ignored",
                                   "song.mid: 1 resonance (controller 71) message is ignored",
                                   "song.mid: 2 reverb (controller 91) messages are ignored",
                                   "song.mid: 1 tuning standard (MTS) message is ignored"});
}
