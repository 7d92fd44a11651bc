// Kinds of sound files, and their sample formats.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace forerun {

struct NamedFile;

enum class SampleFormat { float32, pcm24 };

enum class SoundFileKind { wav, rf64, flac, vorbis, opus, mp3 };

struct SoundFileFormat {
    SoundFileKind kind = SoundFileKind::wav;
    SampleFormat samples = SampleFormat::float32;

    bool is_wav() const { return kind == SoundFileKind::wav || kind == SoundFileKind::rf64; }
    int libsndfile_format() const;  // for a WAV, of the samples only: the header is our own
};

// For help texts.
inline constexpr const char* sound_file_endings = ".wav or .flac (or .rf64, .ogg, .opus, .mp3)";

// By extension: .wav and .rf64 (float unless want_pcm24), .flac (24-bit), .ogg (Vorbis), .opus, .mp3. Throws
// BadInput naming `option`, also if the library cannot write that kind.
SoundFileFormat sound_file_format(const std::filesystem::path& path, const std::string& option, bool want_float,
                                  bool want_pcm24);

// Throws BadInput when the kind does not support the rate. `name` stands for the file in messages.
void require_rate(const SoundFileFormat& format, int rate_hz, const std::string& name);

// Before so many frames are written: throws BadInput when a .wav would exceed 4 GiB, or the free disk space. The size of
// compressed files is not known in advance.
void require_room(const NamedFile& file, const SoundFileFormat& format, int rate_hz, std::uint32_t channels,
                  std::int64_t frames);

}  // namespace forerun
