// The MIDI file reader: what it refuses, in one line that says where and what to do.

#include "shared/bad_input.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/parsed_midi.h"

using namespace midi_bytes;

namespace {

std::string refusal(const Bytes& bytes) {
    try {
        parse(bytes);
    } catch (const forerun::BadInput& bad) {
        return bad.what();
    }
    return "(not refused)";
}

}  // namespace

TEST_CASE("midi file: broken files are refused in one line with file, byte offset and what to do") {
    struct Case {
        const char* what;
        Bytes bytes;
        int offset;
        const char* says;
    };
    const Bytes start = header(0, 1, 96);  // 14 bytes; a track's events begin at 22
    const Bytes whole = start + track(note_with_running_status);
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
        {"format 2", header(2, 2, 96) + track(note_with_running_status) + track(note_with_running_status), 8,
         "format 2"},
        {"format 2 with more than it counts",
         header(2, 1, 96) + track(note_with_running_status) + track(note_with_running_status), 33, "format 2"},
        {"format 7", header(7, 1, 96) + track(note_with_running_status), 8, "unknown format 7"},
        {"division 0", header(0, 1, 0) + track(note_with_running_status), 12, "time division"},
        {"SMPTE of 23 frames", header(0, 1, 0xE928) + track(note_with_running_status), 12, "time division"},
        {"SMPTE of 0 ticks", header(0, 1, 0xE700) + track(note_with_running_status), 12, "time division"},
        {"no track", header(0, 0, 96), 14, "no track"},
        {"no track chunk", start, 14, "0 of 1 tracks"},
        {"second track missing", header(1, 2, 96) + track(note_with_running_status), 33, "1 of 2 tracks"},
        {"track cut off between events", cut, 28, "ends inside track 1"},
        {"track cut off in an event", Bytes(cut.begin(), cut.end() - 2), 26, "ends inside track 1"},
        {"track cut off in a text", start + text("MTrk") + number(99, 4) + Bytes{0, 0xFF, 1, 9, 'a'}, 27, "cut off"},
        {"event behind the track's end", one({0, 0x90, 60}) + track(note_with_running_status), 25,
         "past the end of track 1"},
        {"text behind the track's end", one({0, 0xFF, 1, 9, 'a'}) + track(note_with_running_status), 27,
         "past the end of track 1"},
        {"delta alone", one({5}) + track({}), 23, "past the end of track 1"},
        {"data without status", one({0, 60, 100}), 23, "without a status byte"},
        {"undefined status", one({0, 0xF4}), 23, "undefined status"},
        {"delta of five bytes", one({0x81, 0x81, 0x81, 0x81, 1, 0x90, 1, 1}), 22, "more than four bytes"},
        {"text of 256 MiB", one({0, 0xFF, 1, 0xFF, 0xFF, 0xFF, 0x7F}) + track({}), 29, "past the end"},
        {"a length that is too short, and no end",
         header(1, 2, 96) + text("MTrk") + number(4, 4) + note_with_running_status + note_with_running_status, 26,
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
    const Bytes whole = header(1, 2, 96) + track(note_with_running_status + Bytes{0} + tempo(500000)) +
                        track({0, 0xF0, 2, 1, 0xF7, 0, 0xC0, 1});
    REQUIRE_NOTHROW(parse(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))).find("song.mid: ") == 0);
    }
}

TEST_CASE("midi file: absurd sizes are refused before memory is allocated") {
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
