// Instruments that play one note at a time, and pitches that slide: what the conductor sends to voices.
#include "shared/time/quantum.h"
#include "tests/scenes/conductor_stage.h"

namespace {

using namespace forerun;
using Kind = VoiceMessageKind;

Rig melodic(NoteMode mode, double glide_seconds = 0) {
    auto rig = ConductorStage::one_instrument();
    rig.instruments[0].mode = mode;
    rig.instruments[0].glide_seconds = glide_seconds;
    return rig;
}

double hz(int key) { return 440 * std::exp2((key - 69) / 12.0); }

// Serial, kind, frame and what the kind is about, of everything but stops.
struct Sent {
    std::uint64_t serial;
    Kind kind;
    std::int64_t frame;
    double what;
    bool operator==(const Sent& o) const {
        return serial == o.serial && kind == o.kind && frame == o.frame && std::abs(what - o.what) < 1e-4;
    }
};
std::ostream& operator<<(std::ostream& out, const Sent& t) {
    return out << "note " << t.serial << " kind " << static_cast<int>(t.kind) << " at " << t.frame << ": " << t.what;
}
std::vector<Sent> sent(ConductorStage& s) {
    s.conductor.advance(0);
    std::vector<Sent> all;
    for (const auto& m : s.voice_messages()) {
        const double what = m.is<VoiceStart>()   ? m.get<VoiceStart>().frequency_hz
                            : m.is<VoicePitch>() ? m.get<VoicePitch>().hz
                                                 : 0;
        all.push_back({m.serial, m.kind, m.frame, what});
    }
    return all;
}

}  // namespace

TEST_CASE("mono: a new key stops the note before and starts its own; an earlier key that is still down comes back") {
    ConductorStage s(melodic(NoteMode::mono));
    s.note(100, 60);
    s.note(200, 64);
    s.send(EventKind::note_off, 300, 0, 64);
    s.send(EventKind::note_off, 400, 0, 60);
    CHECK(sent(s) == std::vector<Sent>{{1, Kind::start, 100, hz(60)},
                                       {1, Kind::stop, 200, 0},
                                       {2, Kind::start, 200, hz(64)},
                                       {2, Kind::pitch, 300, hz(60)},
                                       {2, Kind::release, 400, 0}});
}

TEST_CASE("mono: a voice in its release is stopped, too, and only on its own channel") {
    ConductorStage s(melodic(NoteMode::mono));
    s.note(100, 60);
    s.note(100, 61, 1);
    s.send(EventKind::note_off, 150, 0, 60);
    s.note(200, 64);
    const auto all = sent(s);
    const auto stops = std::count_if(all.begin(), all.end(), [](const Sent& t) { return t.kind == Kind::stop; });
    CHECK(stops == 1);
    CHECK(all[2] == Sent{1, Kind::stop, 200, 0});
}

TEST_CASE("legato: keys that overlap move one voice; it is released with the last of them") {
    ConductorStage s(melodic(NoteMode::legato));
    s.note(100, 60);
    s.note(200, 64);
    s.note(300, 67);
    s.send(EventKind::note_off, 350, 0, 64);  // not heard: 67 is the newest
    s.send(EventKind::note_off, 400, 0, 67);
    s.send(EventKind::note_off, 500, 0, 60);
    s.note(600, 72);
    CHECK(sent(s) == std::vector<Sent>{{1, Kind::start, 100, hz(60)},
                                       {1, Kind::pitch, 200, hz(64)},
                                       {1, Kind::pitch, 300, hz(67)},
                                       {1, Kind::pitch, 400, hz(60)},
                                       {1, Kind::release, 500, 0},
                                       {1, Kind::stop, 600, 0},
                                       {2, Kind::start, 600, hz(72)}});
}

TEST_CASE("legato: a pedal holds the voice for the next key; a voice that has ended cannot be taken over") {
    ConductorStage s(melodic(NoteMode::legato));
    s.send(EventKind::controller, 50, 0, 64, 1);
    s.note(100, 60);
    s.send(EventKind::note_off, 150, 0, 60);
    s.note(200, 64);
    CHECK(sent(s) == std::vector<Sent>{{1, Kind::start, 100, hz(60)}, {1, Kind::pitch, 200, hz(64)}});

    ConductorStage ended(melodic(NoteMode::legato));
    ended.note(100, 60);
    ended.conductor.advance(0);
    ended.render(ended.of_kind(Kind::start).at(0), 512, true);
    ended.note(4000, 67);
    CHECK(sent(ended).back() == Sent{2, Kind::start, 4000, hz(67)});
}

TEST_CASE("keys are forgotten when all notes are off: none comes back") {
    for (const int controller : {120, 123, 126, 127}) {
        ConductorStage s(melodic(NoteMode::mono));
        s.note(100, 60);
        s.send(EventKind::controller, 150, 0, controller, 0);
        s.send(EventKind::controller, 160, 0, 127, 0);
        s.note(200, 64);
        s.send(EventKind::note_off, 300, 0, 64);
        const auto all = sent(s);
        CHECK(all.back() == Sent{2, Kind::release, 300, 0});
    }
}

TEST_CASE("the legato pedal and the mono message make an instrument play melodies for as long as they last") {
    ConductorStage s(melodic(NoteMode::poly));
    s.send(EventKind::controller, 10, 0, 68, 1);
    s.note(100, 60);
    s.note(200, 64);
    s.send(EventKind::controller, 250, 0, 68, 0);
    s.note(300, 67);
    CHECK(sent(s) == std::vector<Sent>{
                         {1, Kind::start, 100, hz(60)}, {1, Kind::pitch, 200, hz(64)}, {2, Kind::start, 300, hz(67)}});

    ConductorStage mono(melodic(NoteMode::poly));
    mono.send(EventKind::controller, 10, 0, 126, 0);
    mono.note(100, 60);
    mono.note(200, 64);
    mono.send(EventKind::controller, 250, 0, 127, 0);
    mono.note(300, 65);
    mono.note(400, 67);
    std::vector<std::int64_t> stops;
    for (const auto& t : sent(mono))
        if (t.kind == Kind::stop) stops.push_back(t.frame);
    CHECK(stops == std::vector<std::int64_t>{200});
}

TEST_CASE("a pitch slides from the note before: as the rig says, as controllers 5, 65 and 84 say") {
    const auto pitches = [](ConductorStage& s) {
        s.conductor.advance(0);
        std::vector<std::array<double, 3>> all;
        for (const auto& m : s.of_kind(Kind::pitch))
            all.push_back({static_cast<double>(m.frame), m.get<VoicePitch>().hz, m.get<VoicePitch>().seconds});
        return all;
    };
    SECTION("the rig, in every mode; half way on, from there") {
        ConductorStage s(melodic(NoteMode::poly, 0.01));  // 480 frames
        s.note(100, 57);
        s.note(1000, 69);
        s.note(1240, 57);
        const auto all = pitches(s);
        REQUIRE(all.size() == 4);
        CHECK(all[0] == std::array<double, 3>{1000, hz(57), 0});
        CHECK(all[1][1] == hz(69));
        CHECK(all[1][2] == Approx(0.01));
        CHECK(all[2][1] == Approx(hz(63)));
        CHECK(all[3][1] == hz(57));
    }
    SECTION("portamento off and on, and its time") {
        ConductorStage s(melodic(NoteMode::legato, 0.01));
        s.send(EventKind::controller, 0, 0, 65, 0);
        s.note(100, 60);
        s.note(200, 62);
        s.send(EventKind::controller, 300, 0, 65, 1);
        s.send(EventKind::controller, 300, 0, 5, 64.0 / 127);
        s.note(400, 64);
        const auto all = pitches(s);
        REQUIRE(all.size() == 2);
        CHECK(all[0][2] == 0);
        CHECK(all[1][2] == Approx(4 * std::pow(64 / 127.0, 3)));
    }
    SECTION("from a key, once") {
        ConductorStage s(melodic(NoteMode::poly));
        s.send(EventKind::controller, 0, 0, 5, 0.25);
        s.send(EventKind::controller, 0, 0, 84, 48.0 / 127);
        s.note(100, 60);
        s.note(200, 62);
        const auto all = pitches(s);
        REQUIRE(all.size() == 2);
        CHECK(all[0] == std::array<double, 3>{100, hz(48), 0});
        CHECK(all[1][1] == hz(60));
    }
    SECTION("legato, a new phrase begins at its own pitch") {
        ConductorStage s(melodic(NoteMode::legato, 0.01));
        s.note(100, 60);
        s.send(EventKind::note_off, 200, 0, 60);
        s.note(300, 72);
        CHECK(pitches(s).empty());
    }
    SECTION("no glide without a request") {
        ConductorStage s(melodic(NoteMode::poly));
        s.send(EventKind::controller, 0, 0, 5, 0.25);
        s.note(100, 60);
        s.note(200, 62);
        CHECK(pitches(s).empty());
    }
}

TEST_CASE("a note of no length in a melody is heard before the key before comes back") {
    ConductorStage s(melodic(NoteMode::legato));
    const auto least = std::llround(least_note_seconds * s.configuration.rate_hz);
    s.note(100, 60);
    s.note(2000, 64);
    s.send(EventKind::note_off, 2000, 0, 64);
    s.send(EventKind::note_off, 3500, 0, 60);
    CHECK(sent(s) == std::vector<Sent>{{1, Kind::start, 100, hz(60)},
                                       {1, Kind::pitch, 2000, hz(64)},
                                       {1, Kind::pitch, 2000 + least, hz(60)},
                                       {1, Kind::release, 3500, 0}});
}

TEST_CASE("a key that is pressed again is let go first, and its second note has its length") {
    ConductorStage s(melodic(NoteMode::legato));
    s.note(100, 60);
    s.note(2000, 64);
    s.send(EventKind::note_off, 2000, 0, 64);
    s.note(2100, 64);
    s.send(EventKind::note_off, 3000, 0, 64);
    CHECK(sent(s) == std::vector<Sent>{{1, Kind::start, 100, hz(60)},
                                       {1, Kind::pitch, 2000, hz(64)},
                                       {1, Kind::pitch, 2100, hz(60)},
                                       {1, Kind::pitch, 2100, hz(64)},
                                       {1, Kind::pitch, 3000, hz(60)}});
}

TEST_CASE("a channel's tuning moves notes to come, sounding ones and those that slide") {
    ConductorStage s(melodic(NoteMode::legato, 0.01));
    const auto rpn = [&](std::int64_t frame, int number, int data) {
        s.send(EventKind::controller, frame, 0, 101, 0);
        s.send(EventKind::controller, frame, 0, 100, number / 127.0);
        s.send(EventKind::controller, frame, 0, 6, data / 127.0);
    };
    rpn(0, 2, 66);  // two keys up
    s.note(100, 60);
    rpn(200, 1, 96);   // and half a key
    s.note(1000, 64);  // slides in 480 frames
    rpn(1240, 2, 64);
    s.send(EventKind::controller, 1300, 0, 97, 0);  // data decrement: a key down
    const auto all = sent(s);
    REQUIRE(all.size() == 7);
    CHECK(all[0] == Sent{1, Kind::start, 100, hz(62)});
    CHECK(all[1] == Sent{1, Kind::pitch, 200, hz(62) * std::exp2(0.5 / 12)});
    CHECK(all[2] == Sent{1, Kind::pitch, 1000, hz(66) * std::exp2(0.5 / 12)});
    // In the middle of the slide: from where it is, to where it goes, both two keys lower.
    CHECK(all[3] == Sent{1, Kind::pitch, 1240, hz(62) * std::exp2(0.5 / 12)});
    CHECK(all[4] == Sent{1, Kind::pitch, 1240, hz(64) * std::exp2(0.5 / 12)});
    CHECK(all[6] == Sent{1, Kind::pitch, 1300, hz(63) * std::exp2(0.5 / 12)});
    // Null ends it; another channel is not moved.
    s.send(EventKind::controller, 2000, 0, 101, 1);
    s.send(EventKind::controller, 2000, 0, 100, 1);
    s.send(EventKind::controller, 2000, 0, 6, 0);
    s.note(2100, 60, 1);
    const auto more = sent(s);
    REQUIRE(more.size() == 1);
    CHECK(more[0] == Sent{2, Kind::start, 2100, hz(60)});
}
