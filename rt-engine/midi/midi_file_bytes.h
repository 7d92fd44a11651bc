// The bytes of a MIDI file, for all parts of its reader: tags, numbers, errors with the byte offset.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "rt-engine/midi/midi_file.h"
#include "shared/bad_input.h"

namespace forerun {

struct MidiFileBytes {
    static constexpr const char* damaged = "the file is damaged, get another copy";
    static constexpr const char* cut_off = "it was cut off, get a whole copy";

    std::span<const std::uint8_t> bytes;  // from the start of the file to the end of its MIDI data
    std::string name;                     // for messages

    std::size_t size() const { return bytes.size(); }

    bool tag_at(std::size_t offset, const char (&tag)[5]) const {
        return offset + 4 <= bytes.size() && std::memcmp(&bytes[offset], tag, 4) == 0;
    }

    // Four printable ASCII characters.
    bool looks_like_tag(std::size_t offset) const {
        if (offset + 4 > bytes.size()) return false;
        const auto letters = bytes.subspan(offset, 4);
        return std::all_of(letters.begin(), letters.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
    }

    // The next track chunk at or after `from`; size() when there is none.
    std::size_t next_track(std::size_t from) const {
        static constexpr std::uint8_t tag[] = {'M', 'T', 'r', 'k'};
        const auto rest = bytes.subspan(from);
        return from + static_cast<std::size_t>(std::search(rest.begin(), rest.end(), std::begin(tag), std::end(tag)) -
                                               rest.begin());
    }

    std::uint32_t big_endian(std::size_t offset, int count) const {
        std::uint32_t value = 0;
        for (int i = 0; i < count; ++i) value = value << 8 | bytes[offset + i];
        return value;
    }

    [[noreturn]] void fail(std::size_t offset, const std::string& what) const {
        throw BadInput(name + ": byte " + std::to_string(offset) + ": " + what);
    }
    [[noreturn]] void fail_too_long(std::size_t offset) const {
        fail(offset, "the piece lasts longer than " + std::to_string(static_cast<int>(kMidiFileMaxSeconds / 3600)) +
                         " hours; shorten it, or " + damaged);
    }
    [[noreturn]] void fail_patterns(std::size_t offset) const {
        fail(offset, "format 2 (separate patterns) cannot be played as one piece; save it as format 0 or 1");
    }
};

}  // namespace forerun
