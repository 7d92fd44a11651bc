// libFuzzer target for what comes out of a MIDI cable: whatever the bytes are, every message is whole, an event of it is in
// range, and how the bytes were cut into pieces does not matter.
//
// Built by cmake/fuzz.cmake, run by run.sh.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "rt-engine/midi/midi_bytes.h"
#include "rt-engine/midi/midi_event.h"
#include "rt-engine/midi/midi_exclusive.h"
#include "rt-engine/midi/midi_exclusive_message.h"
#include "rt-engine/midi/midi_exclusive_subject.h"

using namespace forerun;

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz_midi_bytes: broken promise: %s\n", what);
    std::abort();
}

void check(const MidiBytesMessage& m) {
    require(m.status >= 0x80, "a message begins with a status");
    require(m.data1 < 128 && m.data2 < 128, "data bytes");
    require(m.status != 0xf0 && m.status != 0xf7, "exclusive data is no message");
    Event event;
    if (!midi_event(m.status, m.data1, m.data2, event)) return require(m.status >= 0xf0, "channel messages are events");
    require(event.channel == (m.status & 0x0f), "channel");
    require(event.number < 128, "number");
    const float least = event.kind == EventKind::pitch_bend ? -1.0f : 0.0f;
    require(event.value >= least && event.value <= 1, "value");
}

void check_exclusive(std::span<const std::uint8_t> body) {
    require(body.size() <= MidiBytes::most_exclusive, "length of an exclusive message");
    for (const auto byte : body) require(byte < 128, "its data bytes");
    midi_exclusive_events(body, [](const Event& event) {
        require(event.channel < 16 && event.number < 128, "channel and number of an exclusive message");
        require(event.value >= -64 && event.value <= 64, "its value");
        const auto again = exclusive_message_of(event);
        require(again.size <= again.bytes.size(), "the message of an event");
    });
    midi_exclusive_subject(body);
}

using Messages = std::vector<MidiBytesMessage>;

// In pieces of so many bytes.
Messages read(const std::uint8_t* data, std::size_t size, std::size_t piece) {
    MidiBytes bytes;
    Messages found;
    for (std::size_t at = 0; at < size; at += piece)
        bytes.take(
            {data + at, std::min(piece, size - at)}, [&](const MidiBytesMessage& m) { found.push_back(m); },
            check_exclusive);
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto whole = read(data, size, size + 1);
    for (const auto& m : whole) check(m);
    require(whole.size() <= size, "a message takes a byte at least");
    for (const std::size_t piece : {1, 3}) {
        const auto pieces = read(data, size, piece);
        require(pieces.size() == whole.size(), "as many messages in pieces");
        for (std::size_t i = 0; i < whole.size(); ++i)
            require(pieces[i].status == whole[i].status && pieces[i].data1 == whole[i].data1 &&
                        pieces[i].data2 == whole[i].data2,
                    "the same messages in pieces");
    }
    return 0;
}
