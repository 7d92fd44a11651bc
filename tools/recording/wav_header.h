// The header of a WAV file, for a growing and for a finished file.
//
// It has a constant length, so it can be updated in place: below 4 GiB the file is a RIFF file with a JUNK chunk; above, 64-bit
// sizes (ds64) replace that chunk and the file is an RF64. (EBU Tech 3306)
//
// The format: 24 bits or more than two channels require WAVE_FORMAT_EXTENSIBLE; float in two channels is
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
    // For a file of so many frames; its sizes include the padding byte after an odd number of bytes.
    std::vector<unsigned char> bytes(std::int64_t frames) const;
    std::int64_t file_bytes(std::int64_t frames) const;
    // The most frames of a file without 64-bit sizes.
    std::int64_t most_riff_frames() const;
};

}  // namespace forerun
