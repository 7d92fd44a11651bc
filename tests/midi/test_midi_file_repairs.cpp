// The MIDI file reader: common deviations from the standard are accepted, with remarks.

#include "tests/scenes/catch.h"
#include "tests/scenes/parsed_midi.h"

using namespace midi_bytes;
using forerun::MidiFile;

TEST_CASE("midi file: common deviations from the standard are accepted") {
    const Bytes song = header(0, 1, 96) + track(note_with_running_status);
    const Lines expected = {"0 0 90 60 100", "0.5 0 90 60 0"};
    const Bytes events = note_with_running_status + end_of_track();

    SECTION("RIFF wrapper, with a chunk of odd length before the data") {
        const Bytes size{static_cast<std::uint8_t>(song.size()), 0, 0, 0};
        const Bytes info = text("DISP") + Bytes{3, 0, 0, 0} + text("abc") + Bytes{0};
        const Bytes wrapper = text("RIFF") + Bytes{0, 0, 0, 0} + text("RMID") + info;
        CHECK(describe(parse(wrapper + text("data") + size + song)) == expected);
    }
    SECTION("chunks of other kinds") {
        const Bytes junk = chunk("XFIH", {1, 2, 3});
        CHECK(describe(parse(header(1, 1, 96) + junk + track(note_with_running_status) + junk)) == expected);
    }
    SECTION("a longer header") {
        CHECK(describe(parse(text("MThd") + number(8, 4) + number(0, 2) + number(1, 2) + number(96, 2) + Bytes{1, 2} +
                             track(note_with_running_status))) == expected);
    }
    SECTION("another piece behind it") { CHECK(describe(parse(song + song)) == expected); }
    SECTION("a tempo with a byte too many") {
        CHECK(parse(header(0, 1, 96) + track(Bytes{0, 0xFF, 0x51, 4, 0x0F, 0x42, 0x40, 0}))
                  .tempos[0]
                  .quarters_per_minute == 60);
    }
    SECTION("a delta with zeros in front") {
        CHECK(describe(parse(header(0, 1, 96) + track(Bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0} +
                                                      Bytes(note_with_running_status.begin() + 1,
                                                            note_with_running_status.end())))) == expected);
    }
    SECTION("no end of track") {
        CHECK(describe(parse(header(0, 1, 96) + chunk("MTrk", note_with_running_status))) == expected);
    }
    SECTION("events after the end of track are not played") {
        CHECK(describe(parse(header(0, 1, 96) + chunk("MTrk", events + note_with_running_status))) == expected);
    }
    SECTION("a track length that is too large, but the end of track is there") {
        const Bytes open = text("MTrk") + number(0xFFFFFFFF, 4) + events;
        CHECK(describe(parse(header(0, 1, 96) + open)) == expected);
        CHECK(describe(parse(header(1, 2, 96) + open + open)).size() == 4);
    }
    SECTION("junk after the last track") {
        CHECK(describe(parse(song + text("junk of any length, even MT"))) == expected);
    }
    SECTION("more tracks than the header says") {
        CHECK(describe(parse(song + track(note_with_running_status))) ==
              Lines{"0 0 90 60 100", "0 1 90 60 100", "0.5 0 90 60 0", "0.5 1 90 60 0"});
    }
    SECTION("an empty track") { CHECK(describe(parse(header(1, 2, 96) + chunk("MTrk", {}) + track({}))).empty()); }
}

TEST_CASE("midi file: numbers above 127 are clipped or their events left out, with a remark") {
    const auto parsed = [](const Bytes& events) { return parse(header(0, 1, 96) + track(events)); };
    CHECK(describe(parsed({0, 0xB0, 7, 0xFF, 0, 0x90, 60, 0xC8, 0, 0xE0, 0x80, 0x40, 0, 0xD0, 0xFF})) ==
          Lines{"0 0 B0 7 127", "0 0 90 60 127", "0 0 E0 127 64", "0 0 D0 127 0"});
    CHECK(parsed({0, 0xB0, 7, 0xFF}).remarks == Lines{"song.mid: 1 value above 127 is taken as 127"});
    const MidiFile skipped = parsed({0, 0x90, 253, 75, 0, 0xC0, 0x80, 0, 0xB0, 200, 1, 0, 0x90, 60, 1});
    CHECK(describe(skipped) == Lines{"0 0 90 60 1"});
    CHECK(skipped.remarks == Lines{"song.mid: 3 events with keys or numbers above 127 are left out"});
    // Under running status such a key looks like a status.
    CHECK(describe(parsed({0, 0x90, 253, 75, 96, 253, 0, 0, 62, 1})) == Lines{"0.5 0 90 62 1"});
    CHECK(describe(parse(header(1, 1, 96) + track({0, 0x90, 200, 75, 96, 200, 0, 0, 62, 1}))) ==
          Lines{"0.5 0 90 62 1"});
    // A status is one as long as it was no key.
    CHECK(describe(parsed({0, 0x90, 253, 75, 0, 0xFE, 0, 62, 1})) == Lines{"0 0 90 62 1"});
}

TEST_CASE("midi file: invalid tempos are ignored, with a remark") {
    const MidiFile file =
        parse(header(0, 1, 96) + track(Bytes{0} + tempo(0) + Bytes{0, 0xFF, 0x51, 2, 1, 1} + note_with_running_status));
    CHECK(describe(file) == Lines{"0 0 90 60 100", "0.5 0 90 60 0"});
    CHECK(file.remarks == Lines{"song.mid: 2 tempos of 0 or of no length are ignored"});
}

TEST_CASE("midi file: a wrong length of a track loses nothing when its end-of-track event says where it ends") {
    const Bytes events = note_with_running_status + end_of_track(), second = {0, 0x91, 61, 1, 48, 61, 0};
    const auto with_length = [&](std::uint32_t length) {
        return header(1, 2, 96) + text("MTrk") + number(length, 4) + events + track(second);
    };
    const Lines whole = {"0 0 90 60 100", "0 1 91 61 1", "0.25 1 91 61 0", "0.5 0 90 60 0"};
    REQUIRE(events.size() == 11);
    CHECK(parse(with_length(11)).remarks.empty());
    // Into an event, between two, before the end of track, inside of it, behind it: into the next track or behind the file.
    for (const std::uint32_t length : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 19, 25, 30, 31, 40, 10000}) {
        CAPTURE(length);
        const MidiFile file = parse(with_length(length));
        CHECK(describe(file) == whole);
        CHECK(file.remarks == Lines{"song.mid: 1 track has a wrong length; it is read to the end-of-track event"});
    }
}

TEST_CASE("midi file: a failed attempt to read a longer track has no effect") {
    // Behind the track's length stands no chunk, but an event an hour later; and no end-of-track event before the next track.
    const Bytes events = note_with_running_status;
    const Bytes behind = quantity(96 * 7200) + Bytes{61, 1};
    const MidiFile file = parse(header(1, 2, 96) + chunk("MTrk", events) + behind + track({0, 0x91, 61, 1}));
    CHECK(describe(file) == Lines{"0 0 90 60 100", "0 1 91 61 1", "0.5 0 90 60 0"});
    CHECK(file.duration_seconds == 0.5);
    CHECK(file.remarks == Lines{"song.mid: 5 bytes before tracks are skipped"});
}

TEST_CASE("midi file: bytes before the header and between tracks are skipped, with a remark") {
    const Bytes song = header(0, 1, 96) + track(note_with_running_status);
    const MidiFile file = parse(Bytes(128, 0) + song);
    CHECK(describe(file) == Lines{"0 0 90 60 100", "0.5 0 90 60 0"});
    CHECK(file.remarks == Lines{"song.mid: 128 bytes before the header are skipped"});
    CHECK(describe(parse(Bytes{0xEF, 0xBB, 0xBF} + song)).size() == 2);
    const MidiFile padded = parse(header(1, 2, 96) + track(note_with_running_status) + Bytes{0} + track({}));
    CHECK(padded.remarks == Lines{"song.mid: 1 byte before a track is skipped"});
}

TEST_CASE("midi file: embedded sounds and ports beyond the first are remarked on") {
    const Bytes song = header(0, 1, 96) + track(note_with_running_status);
    const auto little = [](std::size_t size) { return Bytes{static_cast<std::uint8_t>(size), 0, 0, 0}; };
    const auto riff = [&](std::size_t size, const Bytes& behind) {
        return text("RIFF") + Bytes(4, 0) + text("RMID") + text("data") + little(size) + song + behind;
    };
    const Bytes sounds = text("RIFF") + little(6) + text("DLS ab");
    REQUIRE(song.size() % 2 == 1);
    const MidiFile file = parse(riff(song.size(), Bytes{0} + sounds));
    CHECK(describe(file).size() == 2);
    CHECK(file.remarks == Lines{"song.mid: 1 bank of sounds in the file is not used; the rig's voices play"});
    CHECK(describe(parse(riff(0, {}))).size() == 2);  // its length was never written

    const auto of_port = [](std::uint8_t port) {
        return track(Bytes{0, 0xFF, 0x21, 1, port} + note_with_running_status);
    };
    CHECK(parse(header(1, 2, 96) + of_port(1) + of_port(1)).remarks.empty());
    CHECK(parse(header(1, 2, 96) + of_port(0) + of_port(1)).remarks ==
          Lines{"song.mid: 2 MIDI ports are played on the same 16 channels; split the file by port"});
}
