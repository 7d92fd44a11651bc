// The MIDI file reader: what it must understand, and what it must refuse with one line. Its times are checked against
// an independent reader in test_midi_file_reference.cpp.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rt-engine/midi/midi_file.h"
#include "shared/bad_input.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/midi_bytes.h"

using namespace midi_bytes;
using forerun::MidiFile;
using forerun::MidiMessage;
using forerun::parse_midi;

namespace {

MidiFile parse(const Bytes& bytes) { return parse_midi(bytes, "song.mid"); }

// One message as text: "seconds track status data1 data2".
std::string describe(const MidiMessage& m) {
    char line[80];
    std::snprintf(line, sizeof line, "%.6g %u %02X %u %u", m.seconds, m.track, m.status, m.data1, m.data2);
    return line;
}

std::vector<std::string> describe(const MidiFile& file) {
    std::vector<std::string> lines;
    for (const MidiMessage& m : file.messages) lines.push_back(describe(m));
    return lines;
}

using Lines = std::vector<std::string>;

std::string refusal(const Bytes& bytes) {
    try {
        parse(bytes);
    } catch (const forerun::BadInput& bad) {
        return bad.what();
    }
    return "(not refused)";
}

const Bytes kNote = {0, 0x90, 60, 100, 96, 60, 0};  // with running status; 96 ticks long

}  // namespace

TEST_CASE("midi file: messages of every kind, running status, data2 of two-byte messages") {
    const Bytes events = Bytes{0, 0xC3, 5, 0, 7} + Bytes{0, 0xB3, 7, 100, 0, 10, 64} + Bytes{0, 0xE3, 0, 64} +
                         Bytes{48, 0x93, 60, 90, 48, 60, 0} + Bytes{0, 0xA3, 61, 3} + Bytes{0, 0xD3, 9} +
                         Bytes{0, 0x83, 60, 64};
    const MidiFile file = parse(header(0, 1, 96) + track(events));
    CHECK(describe(file) == Lines{"0 0 C3 5 0", "0 0 C3 7 0", "0 0 B3 7 100", "0 0 B3 10 64", "0 0 E3 0 64",
                                  "0.25 0 93 60 90", "0.5 0 93 60 0", "0.5 0 A3 61 3", "0.5 0 D3 9 0",
                                  "0.5 0 83 60 64"});
    CHECK(file.format == 0);
    CHECK(file.duration_seconds == 0.5);
    REQUIRE(file.tempos.size() == 1);
    CHECK(file.tempos[0].quarters_per_minute == 120);
}

TEST_CASE("midi file: running status survives meta events, sysex and stray real-time bytes") {
    const Bytes events = Bytes{0, 0x90, 60, 1} + Bytes{0, 0xFF, 1, 2, 'h', 'i'} + Bytes{0, 61, 2} +
                         Bytes{0, 0xF0, 2, 1, 0xF7} + Bytes{0, 62, 3} + Bytes{0, 0xF7, 1, 0xF8} + Bytes{0, 63, 4} +
                         Bytes{0, 0xF8} + Bytes{0, 64, 5};
    const MidiFile file = parse(header(0, 1, 96) + track(events));
    CHECK(describe(file) == Lines{"0 0 90 60 1", "0 0 90 61 2", "0 0 90 62 3", "0 0 90 63 4", "0 0 90 64 5"});
}

TEST_CASE("midi file: tempo changes on any track act on all, and the last of several at one tick counts") {
    const MidiFile file = parse(header(1, 3, 100) + track(Bytes{0} + tempo(9) + Bytes{0} + tempo(1000000)) +
                                track({50, 0x90, 1, 1, 100, 2, 2, 100, 3, 3}) + track(Bytes{100} + tempo(250000)));
    CHECK(describe(file) == Lines{"0.5 1 90 1 1", "1.125 1 90 2 2", "1.375 1 90 3 3"});
    REQUIRE(file.tempos.size() == 2);
    CHECK(file.tempos[0].quarters_per_minute == 60);
    CHECK(file.tempos[1].seconds == 1.0);
    CHECK(file.tempos[1].quarters_per_minute == 240);
}

TEST_CASE("midi file: at one time tracks come in file order, and within a track messages as written") {
    const MidiFile file =
        parse(header(1, 2, 96) + track({96, 0x90, 1, 1, 0, 2, 2}) + track({0, 0x91, 9, 9, 96, 8, 8, 0, 7, 7}));
    CHECK(describe(file) == Lines{"0 1 91 9 9", "0.5 0 90 1 1", "0.5 0 90 2 2", "0.5 1 91 8 8", "0.5 1 91 7 7"});
}

TEST_CASE("midi file: many tempo changes add no rounding") {
    // 100000 segments of one tick at 333333 us and 7 ticks per quarter: in floating point steps this drifts.
    Bytes events;
    for (int i = 0; i < 100000; ++i) events = std::move(events) + Bytes{1} + tempo(i % 2 ? 333333 : 333334);
    const MidiFile file = parse(header(0, 1, 7) + track(Bytes{0} + tempo(333333) + events + Bytes{0, 0x90, 1, 1}));
    // Segments: the first at 333333, then 50000 x 333334 and 49999 x 333333.
    const double exact = static_cast<double>(50000LL * 333333 + 50000LL * 333334) / 7e6;
    REQUIRE(file.messages.size() == 1);
    CHECK(file.messages[0].seconds == exact);
}

TEST_CASE("midi file: SMPTE division counts time, whatever the tempo") {
    struct Case {
        std::uint32_t rate, ticks_per_frame;
        double seconds;
    };  // of 1000 ticks
    for (const Case& c : {Case{24, 10, 1000.0 / 240}, Case{25, 40, 1.0}, Case{29, 80, 1000 * 1001.0 / 2400000},
                          Case{30, 100, 1000.0 / 3000}}) {
        CAPTURE(c.rate);
        const MidiFile file = parse(header(0, 1, (256 - c.rate) << 8 | c.ticks_per_frame) +
                                    track(Bytes{0} + tempo(100) + quantity(1000) + Bytes{0x90, 1, 1}));
        REQUIRE(file.messages.size() == 1);
        CHECK(file.messages[0].seconds == c.seconds);
    }
}

TEST_CASE("midi file: an event's frame is the nearest one") {
    using forerun::midi_event_frame;
    CHECK(midi_event_frame(0, 48000) == 0);
    CHECK(midi_event_frame(1.0, 44100) == 44100);
    CHECK(midi_event_frame(0.49 / 48000, 48000) == 0);
    CHECK(midi_event_frame(0.51 / 48000, 48000) == 1);
    CHECK(midi_event_frame(86400, 192000) == 16588800000);
    const MidiFile file =
        parse(header(0, 1, 480) + track(Bytes{0} + tempo(434783) + quantity(480 * 100) + Bytes{0x90, 1, 1}));
    CHECK(midi_event_frame(file.messages.at(0).seconds, 48000) == 2086958);  // 43.4783 s
}

TEST_CASE("midi file: what files from the wild do is read") {
    const Bytes song = header(0, 1, 96) + track(kNote);
    const Lines expected = {"0 0 90 60 100", "0.5 0 90 60 0"};
    const Bytes events = kNote + end_of_track();

    SECTION("RIFF wrapper, with a chunk of odd length before the data") {
        const Bytes size{static_cast<std::uint8_t>(song.size()), 0, 0, 0};
        const Bytes info = text("DISP") + Bytes{3, 0, 0, 0} + text("abc") + Bytes{0};
        const Bytes wrapper = text("RIFF") + Bytes{0, 0, 0, 0} + text("RMID") + info;
        CHECK(describe(parse(wrapper + text("data") + size + song)) == expected);
    }
    SECTION("chunks of other kinds") {
        const Bytes junk = chunk("XFIH", {1, 2, 3});
        CHECK(describe(parse(header(1, 1, 96) + junk + track(kNote) + junk)) == expected);
    }
    SECTION("a longer header") {
        CHECK(describe(parse(text("MThd") + number(8, 4) + number(0, 2) + number(1, 2) + number(96, 2) + Bytes{1, 2} +
                             track(kNote))) == expected);
    }
    SECTION("another piece behind it") { CHECK(describe(parse(song + song)) == expected); }
    SECTION("a tempo with a byte too many") {
        CHECK(parse(header(0, 1, 96) + track(Bytes{0, 0xFF, 0x51, 4, 0x0F, 0x42, 0x40, 0}))
                  .tempos[0]
                  .quarters_per_minute == 60);
    }
    SECTION("a delta with zeros in front") {
        CHECK(describe(parse(header(0, 1, 96) + track(Bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0} +
                                                      Bytes(kNote.begin() + 1, kNote.end())))) == expected);
    }
    SECTION("no end of track") { CHECK(describe(parse(header(0, 1, 96) + chunk("MTrk", kNote))) == expected); }
    SECTION("events after the end of track are not played") {
        CHECK(describe(parse(header(0, 1, 96) + chunk("MTrk", events + kNote))) == expected);
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
        CHECK(describe(parse(song + track(kNote))) ==
              Lines{"0 0 90 60 100", "0 1 90 60 100", "0.5 0 90 60 0", "0.5 1 90 60 0"});
    }
    SECTION("an empty track") { CHECK(describe(parse(header(1, 2, 96) + chunk("MTrk", {}) + track({}))).empty()); }
}

TEST_CASE("midi file: numbers beyond 127 cost their event at most, and are said") {
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

TEST_CASE("midi file: tempos that say nothing are ignored, and it is said") {
    const MidiFile file = parse(header(0, 1, 96) + track(Bytes{0} + tempo(0) + Bytes{0, 0xFF, 0x51, 2, 1, 1} + kNote));
    CHECK(describe(file) == Lines{"0 0 90 60 100", "0.5 0 90 60 0"});
    CHECK(file.remarks == Lines{"song.mid: 2 tempos of 0 or of no length are ignored"});
}

TEST_CASE("midi file: a wrong length of a track loses nothing when its end-of-track event says where it ends") {
    const Bytes events = kNote + end_of_track(), second = {0, 0x91, 61, 1, 48, 61, 0};
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

TEST_CASE("midi file: bytes before the header and between tracks are skipped, and it is said") {
    const Bytes song = header(0, 1, 96) + track(kNote);
    const MidiFile file = parse(Bytes(128, 0) + song);
    CHECK(describe(file) == Lines{"0 0 90 60 100", "0.5 0 90 60 0"});
    CHECK(file.remarks == Lines{"song.mid: 128 bytes before the header are skipped"});
    CHECK(describe(parse(Bytes{0xEF, 0xBB, 0xBF} + song)).size() == 2);
    const MidiFile padded = parse(header(1, 2, 96) + track(kNote) + Bytes{0} + track({}));
    CHECK(padded.remarks == Lines{"song.mid: 1 byte before a track is skipped"});
}

TEST_CASE("midi file: sounds that a file brings along, and ports beyond the first, are said to be left out") {
    const Bytes song = header(0, 1, 96) + track(kNote);
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

    const auto of_port = [](std::uint8_t port) { return track(Bytes{0, 0xFF, 0x21, 1, port} + kNote); };
    CHECK(parse(header(1, 2, 96) + of_port(1) + of_port(1)).remarks.empty());
    CHECK(parse(header(1, 2, 96) + of_port(0) + of_port(1)).remarks ==
          Lines{"song.mid: 2 MIDI ports are played on the same 16 channels; split the file by port"});
}

TEST_CASE("midi file: one pattern of format 2 is a piece") {
    CHECK(describe(parse(header(2, 1, 96) + track(kNote))) == Lines{"0 0 90 60 100", "0.5 0 90 60 0"});
}

TEST_CASE("midi file: exclusive messages keep their place, whole or in pieces; escapes are what they hold") {
    const MidiFile file =
        parse(header(0, 1, 96) + track(Bytes{0, 0xC0, 1, 0, 0xF0, 3, 0x7E, 9, 0xF7, 0, 0x90, 60, 1} +
                                       Bytes{48, 0xF0, 2, 1, 2, 0, 0xF7, 3, 3, 4, 0xF7, 0, 0xF7, 2, 0xC3, 5} +
                                       Bytes{0, 0xF7, 4, 0xF0, 9, 8, 0xF7, 0, 0xF0, 1, 6}));
    CHECK(describe(file) == Lines{"0 0 C0 1 0", "0 0 90 60 1", "0.25 0 C3 5 0"});
    REQUIRE(file.exclusives.size() == 4);
    CHECK(file.exclusives[0].body == Bytes{0x7E, 9});
    CHECK(file.exclusives[0].before == 1);
    CHECK(file.exclusives[1].body == Bytes{1, 2, 3, 4});
    CHECK(file.exclusives[1].before == 2);
    CHECK(file.exclusives[1].seconds == 0.25);
    CHECK(file.exclusives[2].body == Bytes{9, 8});
    CHECK(file.exclusives[2].before == 3);
    CHECK(file.exclusives[3].body == Bytes{6});
}

TEST_CASE("midi file: the title is the first track's name, made printable") {
    const auto title = [](const std::string& name) {
        const Bytes event = Bytes{0, 0xFF, 3} + quantity(static_cast<std::uint32_t>(name.size())) + text(name);
        return parse(header(1, 2, 96) + track(event) + track({0, 0xFF, 3, 1, 'x'})).title;
    };
    CHECK(title("Peer Gynt") == "Peer Gynt");
    CHECK(title("Bj\xC3\xB8rn") == "Bj\xC3\xB8rn");
    CHECK(title("Bj\xF8rn") == "Bj?rn");
    CHECK(title("\x1B[2Jred\n\xC2\x9B\x7F") == "?[2Jred????");
    CHECK(title("cut\xE2\x82") == "cut??");
    CHECK(title(std::string(1000, 'a')).size() == 256);
    CHECK(parse(header(1, 2, 96) + track({}) + track({0, 0xFF, 3, 1, 'x'})).title.empty());
}

TEST_CASE("midi file: broken files are refused in one line with file, byte offset and what to do") {
    struct Case {
        const char* what;
        Bytes bytes;
        int offset;
        const char* says;
    };
    const Bytes start = header(0, 1, 96);  // 14 bytes; a track's events begin at 22
    const Bytes whole = start + track(kNote);
    const Bytes cut(whole.begin(), whole.end() - 5);
    const auto one = [&](const Bytes& events) { return start + chunk("MTrk", events); };
    const Case cases[] = {
        {"empty", {}, -1, "is empty; give"},
        {"not MIDI", text("<html>404 not found</html>"), 0, "not a MIDI file"},
        {"RIFF of another kind", text("RIFF") + Bytes{9, 0, 0, 0} + text("WAVEfmt "), 8, "not of MIDI"},
        {"RIFF without data", text("RIFF") + Bytes{9, 0, 0, 0} + text("RMID"), 12, "cut off"},
        {"header cut off", text("MThd") + Bytes{0, 0, 0, 6, 0}, 9, "cut off"},
        {"header of 5 bytes", text("MThd") + number(5, 4) + Bytes(9), 4, "5 bytes long"},
        {"header of 4 GiB", text("MThd") + number(0xFFFFFFFF, 4) + Bytes(9, 1), 8, "unknown format 257"},
        {"header of 4 GiB, well begun", text("MThd") + number(0xFFFFFFFF, 4) + Bytes{0, 1, 0, 1, 0, 96}, 14, "cut off"},
        {"format 2", header(2, 2, 96) + track(kNote) + track(kNote), 8, "format 2"},
        {"format 2 with more than it counts", header(2, 1, 96) + track(kNote) + track(kNote), 33, "format 2"},
        {"format 7", header(7, 1, 96) + track(kNote), 8, "unknown format 7"},
        {"division 0", header(0, 1, 0) + track(kNote), 12, "time division"},
        {"SMPTE of 23 frames", header(0, 1, 0xE928) + track(kNote), 12, "time division"},
        {"SMPTE of 0 ticks", header(0, 1, 0xE700) + track(kNote), 12, "time division"},
        {"no track", header(0, 0, 96), 14, "no track"},
        {"no track chunk", start, 14, "0 of 1 tracks"},
        {"second track missing", header(1, 2, 96) + track(kNote), 33, "1 of 2 tracks"},
        {"track cut off between events", cut, 28, "ends inside track 1"},
        {"track cut off in an event", Bytes(cut.begin(), cut.end() - 2), 26, "ends inside track 1"},
        {"track cut off in a text", start + text("MTrk") + number(99, 4) + Bytes{0, 0xFF, 1, 9, 'a'}, 27, "cut off"},
        {"event behind the track's end", one({0, 0x90, 60}) + track(kNote), 25, "past the end of track 1"},
        {"text behind the track's end", one({0, 0xFF, 1, 9, 'a'}) + track(kNote), 27, "past the end of track 1"},
        {"delta alone", one({5}) + track({}), 23, "past the end of track 1"},
        {"data without status", one({0, 60, 100}), 23, "without a status byte"},
        {"undefined status", one({0, 0xF4}), 23, "undefined status"},
        {"delta of five bytes", one({0x81, 0x81, 0x81, 0x81, 1, 0x90, 1, 1}), 22, "more than four bytes"},
        {"text of 256 MiB", one({0, 0xFF, 1, 0xFF, 0xFF, 0xFF, 0x7F}) + track({}), 29, "past the end"},
        {"a length that is too short, and no end", header(1, 2, 96) + text("MTrk") + number(4, 4) + kNote + kNote, 26,
         "no chunk begins here, after 1 of 2 tracks; the length before it is wrong"},
        {"gzip", Bytes{0x1F, 0x8B, 8}, 0, "gzip"},
        {"zip", text("PK\x03\x04 song.mid"), 0, "zip"},
        {"XMF", text("XMF_1.00"), 0, "XMF"},
        {"XMI", text("FORM....XDIR"), 0, "IFF"},
        {"years", one({0xFF, 0xFF, 0xFF, 0x7F, 0x90, 1, 1}), 29, "longer than 24 hours"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        const std::string line = refusal(c.bytes);
        INFO(line);
        const std::string where = c.offset < 0 ? "song.mid: " : "song.mid: byte " + std::to_string(c.offset) + ": ";
        CHECK(line.compare(0, where.size(), where) == 0);
        CHECK(line.find(c.says) != std::string::npos);
        CHECK(line.find("; ") != std::string::npos);
        CHECK(line.find('\n') == std::string::npos);
    }
}

TEST_CASE("midi file: every cut of a whole file is refused") {
    const Bytes whole =
        header(1, 2, 96) + track(kNote + Bytes{0} + tempo(500000)) + track({0, 0xF0, 2, 1, 0xF7, 0, 0xC0, 1});
    REQUIRE_NOTHROW(parse(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))).find("song.mid: ") == 0);
    }
}

TEST_CASE("midi file: absurd sizes are refused before memory is spent") {
    SECTION("more ticks than a day can have") {
        Bytes events;
        for (int i = 0; i < 2000; ++i) events = std::move(events) + Bytes{0xFF, 0xFF, 0xFF, 0x7F, 0xF8};
        // 1024 times 2^28 - 1 is within 2^38, the next is not: refused there, not at the end.
        const std::string line = refusal(header(0, 1, 32767) + track(events));
        CHECK(line.find("song.mid: byte 5146: the piece lasts longer than 24 hours") == 0);
    }
    SECTION("too many messages") {
        Bytes events{0, 0xC0, 1};
        events.resize(3 + 2 * forerun::kMidiFileMaxMessages, 0);  // (delta 0, program 0) again and again
        CHECK(refusal(header(0, 1, 96) + track(events)).find("more than 8388608 messages; split") != std::string::npos);
    }
    SECTION("too large a file") {
        const Bytes bytes(forerun::kMidiFileMaxBytes + 1);
        CHECK(refusal(bytes) == "song.mid: the file is larger than 64 MiB; give a Standard MIDI File");
    }
}

TEST_CASE("midi file: reading from disk names the file") {
    namespace fs = std::filesystem;
    const fs::path directory = fs::temp_directory_path() / ("forerun-test-midi-file-" + std::to_string(std::rand()));
    fs::create_directories(directory);
    const auto message = [](const fs::path& path) -> std::string {
        try {
            forerun::read_midi_file(path);
        } catch (const forerun::BadInput& bad) {
            return bad.what();
        }
        return "(read)";
    };
    const fs::path missing = directory / "missing.mid", good = directory / "good.mid";
    CHECK(message(missing) == missing.string() + ": cannot be opened (No such file or directory); check the path");
    CHECK(message(directory) == directory.string() + ": is a directory; give a Standard MIDI File");

    const Bytes bytes = header(0, 1, 96) + track(kNote);
    std::ofstream(good, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    CHECK(describe(forerun::read_midi_file(good)) == Lines{"0 0 90 60 100", "0.5 0 90 60 0"});
    std::ofstream(good, std::ios::binary).write("MThd", 4);
    CHECK(message(good) ==
          good.string() + ": byte 4: the file ends inside its header; it was cut off, get a whole copy");
    fs::remove_all(directory);
}
