// libFuzzer target for the MIDI file reader: whatever the bytes are, parse_midi() either throws BadInput with one line
// or returns a file that keeps what its header promises.
//
// Built by cmake/fuzz.cmake, run by run.sh.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "rt-engine/midi/ignored_midi.h"
#include "rt-engine/midi/midi_file.h"
#include "shared/bad_input.h"

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz_midi_file: broken promise: %s\n", what);
    std::abort();
}

void check(const forerun::MidiFile& file) {
    require(file.format == 0 || file.format == 1, "format is 0 or 1");
    require(file.duration_seconds >= 0 && file.duration_seconds <= forerun::kMidiFileMaxSeconds, "duration in range");
    require(file.messages.size() <= forerun::kMidiFileMaxMessages, "number of messages");
    double before = 0;
    std::uint32_t track = 0;
    for (const forerun::MidiMessage& m : file.messages) {
        require(m.seconds >= before, "messages are ordered by time");
        require(m.seconds > before || m.track >= track, "tracks are in file order within one time");
        require(m.seconds <= file.duration_seconds, "the duration covers every message");
        require(m.status >= 0x80 && m.status <= 0xEF, "only channel messages");
        require(m.data1 < 128 && m.data2 < 128, "data bytes");
        before = m.seconds;
        track = m.track;
    }
    std::size_t place = 0;
    before = 0;
    for (const forerun::MidiExclusive& e : file.exclusives) {
        require(e.before >= place && e.before <= file.messages.size(), "places of exclusive messages");
        require(e.seconds >= before && e.seconds <= file.duration_seconds, "their times");
        if (e.before > 0) require(file.messages[e.before - 1].seconds <= e.seconds, "behind the message before");
        if (e.before < file.messages.size())
            require(file.messages[e.before].seconds >= e.seconds, "before the message behind");
        place = e.before;
        before = e.seconds;
    }
    require(file.remarks.size() < 10, "a remark for each kind");
    for (const auto& line : forerun::ignored_midi(file, {}, "fuzz.mid"))
        require(line.starts_with("fuzz.mid: ") && line.find('\n') == line.npos,
                "what is not heard is one line for each kind");
    require(!file.tempos.empty() && file.tempos.front().seconds == 0, "a tempo at 0 s");
    before = -1;
    for (const forerun::MidiTempo& t : file.tempos) {
        require(t.seconds > before, "tempos are ordered");
        require(t.quarters_per_minute > 3.5 && t.quarters_per_minute <= 60e6, "tempo in range");
        before = t.seconds;
    }
    for (const char c : file.title) {
        require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "the title is printable");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        check(forerun::parse_midi({data, size}, "fuzz.mid"));
    } catch (const forerun::BadInput& bad) {
        const std::string_view what = bad.what();
        require(what.starts_with("fuzz.mid: "), "a message begins with the name");
        require(what.find('\n') == what.npos, "a message is one line");
        require(what.find("; ") != what.npos, "a message says what to do");
    }
    return 0;
}
