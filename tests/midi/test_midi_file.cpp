// The MIDI file reader: files as the standard has them. What it repairs is in test_midi_file_repairs.cpp, what it refuses in
// test_midi_file_refusals.cpp; its times are checked against an independent reader in test_midi_file_reference.cpp.

#include "rt-engine/midi/midi_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "shared/bad_input.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/parsed_midi.h"

using namespace midi_bytes;
using forerun::MidiFile;

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

TEST_CASE("midi file: one pattern of format 2 is a piece") {
    CHECK(describe(parse(header(2, 1, 96) + track(note_with_running_status))) ==
          Lines{"0 0 90 60 100", "0.5 0 90 60 0"});
}

TEST_CASE("midi file: exclusive messages keep their place, whole or in pieces; escapes are parsed as messages") {
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

    const Bytes bytes = header(0, 1, 96) + track(note_with_running_status);
    std::ofstream(good, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    CHECK(describe(forerun::read_midi_file(good)) == Lines{"0 0 90 60 100", "0.5 0 90 60 0"});
    std::ofstream(good, std::ios::binary).write("MThd", 4);
    CHECK(message(good) ==
          good.string() + ": byte 4: the file ends inside its header; it was cut off, get a whole copy");
    fs::remove_all(directory);
}
