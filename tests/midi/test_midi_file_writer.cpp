// The MIDI file writer: its files, read back, have exact times, and are complete at any moment.
#include <fstream>
#include <random>

#include "rt-engine/midi/midi_file.h"
#include "rt-engine/midi/midi_file_writer.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"
#include "tools/report/file_text.h"

using namespace forerun;

namespace {

struct PlayedMessage {
    std::int64_t frame;
    ChannelMessage message;
    bool operator==(const PlayedMessage& other) const {
        return frame == other.frame && message.status == other.message.status && message.data1 == other.message.data1 &&
               message.data2 == other.message.data2;
    }
};

std::vector<PlayedMessage> read_back(const std::filesystem::path& file, double rate_hz) {
    std::vector<PlayedMessage> all;
    for (const auto& m : read_midi_file(file).messages)
        all.push_back({midi_event_frame(m.seconds, rate_hz), {m.status, m.data1, m.data2}});
    return all;
}

}  // namespace

TEST_CASE("a tick is a frame at every usual rate, and 10 microseconds off at most at any") {
    for (const std::uint32_t rate :
         {8000u, 11025u, 16000u, 22050u, 32000u, 44100u, 48000u, 88200u, 96000u, 176400u, 192000u, 352800u, 384000u}) {
        CAPTURE(rate);
        const auto time = midi_file_time(rate);
        CHECK(std::uint64_t{time.ticks_per_quarter} * 1'000'000 == std::uint64_t{rate} * time.microseconds_per_quarter);
        CHECK(time.tick_of(123'456'789'012) == 123'456'789'012);
    }
    CHECK(midi_file_time(48000).microseconds_per_quarter == 500'000);
    CHECK(midi_file_time(44100).microseconds_per_quarter == 500'000);
    const auto odd = midi_file_time(65537);
    for (const std::int64_t frame : {0, 1, 65536, 65537, 1'000'000'007}) {
        const auto off =
            static_cast<double>(odd.tick_of(frame)) * odd.microseconds_per_quarter / odd.ticks_per_quarter -
            1e6 * static_cast<double>(frame) / 65537;
        CHECK(std::abs(off) <= 10.001);
    }
}

TEST_CASE("written messages are read back to the frame, after every flush") {
    const ScriptFolder folder;
    const auto file = folder.path() / "played.mid";
    const std::uint32_t rate = GENERATE(44100u, 48000u, 96000u);
    MidiFileWriter writer(file, rate);
    CHECK(read_midi_file(file).messages.empty());

    std::mt19937 random(7);
    std::vector<PlayedMessage> played;
    std::int64_t frame = 0;
    for (int i = 0; i < 400; ++i) {
        const auto kind = static_cast<std::uint8_t>(0x80 + 0x10 * (random() % 7));
        const auto data = [&] { return static_cast<std::uint8_t>(random() % 128); };
        PlayedMessage p{frame, {static_cast<std::uint8_t>(kind | random() % 16), data(), data()}};
        if (kind == 0xc0 || kind == 0xd0) p.message.data2 = 0;
        writer.add(p.frame, p.message);
        played.push_back(p);
        if (random() % 3 == 0) {
            const auto end = frame + static_cast<std::int64_t>(random() % (1u << random() % 24));
            REQUIRE(writer.flush(end));
            frame = end;
            CHECK(read_back(file, rate) == played);
            CHECK(std::llround(read_midi_file(file).duration_seconds * rate) == end);
        }
        frame += static_cast<std::int64_t>(random() % (1u << random() % 20));
    }
    REQUIRE(writer.flush(frame));
    CHECK(read_back(file, rate) == played);
    CHECK(writer.messages() == played.size());
    // Nothing but the file: no bytes behind the track.
    const auto bytes = text_of_file(file);
    std::uint32_t length = 0;
    for (std::size_t i = 18; i < 22; ++i) length = length << 8 | static_cast<std::uint8_t>(bytes[i]);
    CHECK(22 + length == bytes.size());
}

TEST_CASE("pauses longer than a delta, and decreasing frames") {
    const ScriptFolder folder;
    const auto file = folder.path() / "played.mid";
    MidiFileWriter writer(file, 48000);
    const ChannelMessage note{0x90, 60, 100};
    writer.add(600'000'000, note);  // three hours and a half
    writer.add(599'999'000, note);
    REQUIRE(writer.flush(1'300'000'000));
    writer.add(1'200'000'000, note);  // before the end that the file has
    REQUIRE(writer.flush(1'300'000'001));
    CHECK(read_back(file, 48000) ==
          std::vector<PlayedMessage>{{600'000'000, note}, {600'000'000, note}, {1'300'000'000, note}});
    CHECK(std::llround(read_midi_file(file).duration_seconds * 48000) == 1'300'000'001);
}

TEST_CASE("a flush that is cut anywhere leaves the file of before or after it") {
    // The three writes of a flush, from what it was to what it is: the bytes behind, the length, the first bytes.
    const ScriptFolder folder;
    const auto file = folder.path() / "played.mid";
    const ChannelMessage note{0x93, 61, 99};
    const PlayedMessage first{10, note}, second{70'000, note};
    MidiFileWriter writer(file, 48000);
    writer.add(first.frame, note);
    REQUIRE(writer.flush(20'000));
    const auto before = text_of_file(file);
    writer.add(second.frame, note);
    REQUIRE(writer.flush(90'000));
    const auto after = text_of_file(file);
    REQUIRE(after.size() > before.size());

    auto part = before;
    const auto check = [&](const std::vector<PlayedMessage>& holds) {
        CHECK(read_back(folder.write("part.mid", part), 48000) == holds);
    };
    for (auto at = before.size(); at < after.size(); ++at) {
        part += after[at];
        check({first});
    }
    part.replace(18, 4, after.substr(18, 4));
    check({first});
    part.replace(0, before.size(), after.substr(0, before.size()));
    check({first, second});
    CHECK(part == after);
}

TEST_CASE("every channel message becomes an event and the same message again") {
    for (int status = 0x80; status < 0xf0; ++status)
        for (int data1 = 0; data1 < 128; ++data1)
            for (int data2 = 0; data2 < 128; ++data2) {
                const bool one = (status & 0xf0) == 0xc0 || (status & 0xf0) == 0xd0;
                if (one && data2 != 0) continue;
                Event event;
                ChannelMessage back;
                const auto s = static_cast<std::uint8_t>(status), a = static_cast<std::uint8_t>(data1),
                           b = static_cast<std::uint8_t>(data2);
                REQUIRE((midi_event(s, a, b, event) && message_of(event, back)));
                const bool silent_note = (status & 0xf0) == 0x90 && data2 == 0;
                const auto same = silent_note ? (back.status & 0xf0) == 0x80 && (back.status & 15) == (status & 15)
                                              : back.status == s && back.data2 == b;
                if (!same || back.data1 != a) FAIL(status << " " << data1 << " " << data2);
            }
    ChannelMessage message;
    CHECK_FALSE(message_of({.kind = EventKind::parameter}, message));
    CHECK_FALSE(message_of({.kind = EventKind::all_sound_off, .channel = all_channels}, message));
    REQUIRE(message_of({.kind = EventKind::all_notes_off, .channel = 3}, message));
    CHECK((message.status == 0xb3 && message.data1 == 123));
    REQUIRE(message_of({.kind = EventKind::note_on, .number = 60, .value = 0.001f}, message));
    CHECK((message.status == 0x90 && message.data2 == 1));
}
