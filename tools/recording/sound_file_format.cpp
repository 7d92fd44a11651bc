#include "tools/recording/sound_file_format.h"

#include <fmt/format.h>
#include <sndfile.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "shared/bad_input.h"
#include "tools/recording/output_file.h"
#include "tools/recording/output_place.h"
#include "tools/recording/wav_header.h"

namespace forerun {

namespace {

constexpr int most_flac_rate_of_any_kind_hz = 65535;  // above, its header counts in tens

std::optional<SoundFileKind> kind_of(std::string extension) {
    for (auto& c : extension)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    for (const auto& [ending, kind] :
         std::initializer_list<std::pair<const char*, SoundFileKind>>{{".wav", SoundFileKind::wav},
                                                                      {".wave", SoundFileKind::wav},
                                                                      {".rf64", SoundFileKind::rf64},
                                                                      {".flac", SoundFileKind::flac},
                                                                      {".ogg", SoundFileKind::vorbis},
                                                                      {".oga", SoundFileKind::vorbis},
                                                                      {".opus", SoundFileKind::opus},
                                                                      {".mp3", SoundFileKind::mp3}})
        if (extension == ending) return kind;
    return std::nullopt;
}

// Some builds of the library lack Vorbis, Opus or MP3.
bool library_writes(int format) {
    const int container = format & SF_FORMAT_TYPEMASK, subtype = format & SF_FORMAT_SUBMASK;
    const auto lists = [](int count_of, int get, int mask, int wanted) {
        int count = 0;
        sf_command(nullptr, count_of, &count, sizeof count);
        for (int i = 0; i < count; ++i) {
            SF_FORMAT_INFO info{};
            info.format = i;
            if (sf_command(nullptr, get, &info, sizeof info) == 0 && (info.format & mask) == wanted) return true;
        }
        return false;
    };
    return lists(SFC_GET_FORMAT_MAJOR_COUNT, SFC_GET_FORMAT_MAJOR, SF_FORMAT_TYPEMASK, container) &&
           lists(SFC_GET_FORMAT_SUBTYPE_COUNT, SFC_GET_FORMAT_SUBTYPE, SF_FORMAT_SUBMASK, subtype);
}

bool is_one_of(int rate_hz, std::initializer_list<int> rates) {
    return std::find(rates.begin(), rates.end(), rate_hz) != rates.end();
}

}  // namespace

int SoundFileFormat::libsndfile_format() const {
    switch (kind) {
    case SoundFileKind::flac: return SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
    case SoundFileKind::vorbis: return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case SoundFileKind::opus: return SF_FORMAT_OGG | SF_FORMAT_OPUS;
    case SoundFileKind::mp3: return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    default: break;
    }
    return SF_FORMAT_RAW | SF_ENDIAN_LITTLE | (samples == SampleFormat::float32 ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_24);
}

SoundFileFormat sound_file_format(const std::filesystem::path& path, const std::string& option, bool want_float,
                                  bool want_pcm24) {
    const auto refuse = [&](const std::string& why) {
        throw BadInput(fmt::format("{} {}: {}", option, path.string(), why));
    };
    const auto kind = kind_of(path.extension().string());
    if (!kind) refuse(fmt::format("the name must end in {}", sound_file_endings));
    SoundFileFormat format{*kind, SampleFormat::pcm24};
    if (format.is_wav()) {
        if (!want_pcm24) format.samples = SampleFormat::float32;
        return format;
    }
    if (want_float && kind == SoundFileKind::flac)
        refuse("FLAC has no float samples; leave out --float or choose .wav");
    if (kind == SoundFileKind::flac) return format;
    if (want_float || want_pcm24)
        refuse(fmt::format("is compressed with loss and has no such samples; leave out --{} or choose .wav",
                           want_float ? "float" : "pcm24"));
    if (!library_writes(format.libsndfile_format()))
        refuse(fmt::format("the libsndfile of this program ({}) does not write such files; choose .wav or .flac",
                           sf_version_string()));
    format.samples = SampleFormat::float32;
    return format;
}

void require_rate(const SoundFileFormat& format, int rate_hz, const std::string& name) {
    const auto refuse = [&](const char* kind) {
        throw BadInput(
            fmt::format("{}: {} holds no rate of {} Hz; choose another --rate or .wav", name, kind, rate_hz));
    };
    if (format.kind == SoundFileKind::flac && rate_hz > most_flac_rate_of_any_kind_hz && rate_hz % 10 != 0)
        refuse("FLAC");
    if (format.kind == SoundFileKind::opus && !is_one_of(rate_hz, {8000, 12000, 16000, 24000, 48000})) refuse("Opus");
    if (format.kind == SoundFileKind::mp3 &&
        !is_one_of(rate_hz, {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000}))
        refuse("MP3");
}

void require_room(const NamedFile& file, const SoundFileFormat& format, int rate_hz, std::uint32_t channels,
                  std::int64_t frames) {
    if (!format.is_wav()) return;
    const WavHeader header{rate_hz, channels, format.samples == SampleFormat::float32,
                           format.kind == SoundFileKind::rf64};
    constexpr double mebi = 1048576;
    const auto bytes = header.file_bytes(frames);
    const auto refuse = [&](const std::string& why) {
        throw BadInput(fmt::format("{} {}: {:.0f} s are {:.0f} MiB, {}", file.option, file.path.string(),
                                   static_cast<double>(frames) / rate_hz, static_cast<double>(bytes) / mebi, why));
    };
    if (format.kind == SoundFileKind::wav && frames > header.most_riff_frames())
        refuse("and a WAV ends at 4 GiB; choose .flac, or .rf64, which some programs do not read");
    struct statvfs disk {};
    if (statvfs(output_place(file).folder().c_str(), &disk) != 0) return;
    const auto room = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
    if (static_cast<double>(bytes) > room)
        refuse(
            fmt::format("and the disk has room for {:.0f} MiB; make room there or choose another file", room / mebi));
}

}  // namespace forerun
