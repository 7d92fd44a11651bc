// Bytes of MIDI files for tests, in terms of the format, so that tests can also write invalid files.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace midi_bytes {

using Bytes = std::vector<std::uint8_t>;

inline Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline Bytes text(const std::string& s) { return Bytes(s.begin(), s.end()); }

inline Bytes number(std::uint32_t value, int bytes) {
    Bytes out;
    for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return out;
}

// A variable-length quantity.
inline Bytes quantity(std::uint32_t value) {
    Bytes out{static_cast<std::uint8_t>(value & 0x7F)};
    while (value >>= 7) out.insert(out.begin(), static_cast<std::uint8_t>(0x80 | (value & 0x7F)));
    return out;
}

inline Bytes header(std::uint32_t format, std::uint32_t tracks, std::uint32_t division) {
    return text("MThd") + number(6, 4) + number(format, 2) + number(tracks, 2) + number(division, 2);
}

inline Bytes chunk(const std::string& tag, const Bytes& content) {
    return text(tag) + number(static_cast<std::uint32_t>(content.size()), 4) + content;
}

inline Bytes tempo(std::uint32_t microseconds_per_quarter) {
    return Bytes{0xFF, 0x51, 3} + number(microseconds_per_quarter, 3);
}

// An end of track `ticks` after the last event.
inline Bytes end_of_track(std::uint32_t ticks = 0) { return quantity(ticks) + Bytes{0xFF, 0x2F, 0}; }

inline Bytes track(const Bytes& events) { return chunk("MTrk", events + end_of_track()); }

}  // namespace midi_bytes
