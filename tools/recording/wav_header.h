// The header of a WAV file, as it is while the file grows and when it is finished.
//
// It always has the same length, so it can be brought up to date in place: below 4 GiB it is a RIFF file with a JUNK chunk,
// beyond that the sizes with 64 bits (ds64) stand in that chunk's place and the file is an RF64. (EBU Tech 3306)
//
// The format: 24 bits or more than two channels ask for WAVE_FORMAT_EXTENSIBLE; float in two channels is
// WAVE_FORMAT_IEEE_FLOAT with the length of its extension, 0, and a fact chunk. (Microsoft, "Multiple Channel Audio Data and
// WAVE Files", 2007; sox warns of an extensible header around floats.)
#pragma once

#include <cstdint>
#include <vector>

namespace forerun {

struct WavHeader {
    int rate_hz = 0;
    std::uint32_t channels = 0;
    bool float32 = false;      // else 24 bits
    bool always_rf64 = false;  // also below 4 GiB

    std::uint32_t bytes_per_frame() const { return channels * (float32 ? 4 : 3); }
    // For a file of so many frames, with the byte behind them that makes their number of bytes even.
    std::vector<unsigned char> bytes(std::int64_t frames) const;
    std::int64_t file_bytes(std::int64_t frames) const;
    // That a file without 64-bit sizes holds.
    std::int64_t most_riff_frames() const;
};

}  // namespace forerun
