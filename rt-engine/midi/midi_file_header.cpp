#include "rt-engine/midi/midi_file_header.h"

#include <string_view>

namespace forerun {
namespace {

constexpr std::uint64_t header_bytes = 14;  // tag, length, format, tracks, division

struct OtherKind {
    std::string_view begins;
    const char* says;
};
constexpr OtherKind other_kinds[] = {
    {"\x1f\x8b", "is compressed (gzip); unpack it first"},
    {"PK\x03\x04", "is an archive (zip); unpack it first"},
    {"BZh", "is compressed (bzip2); unpack it first"},
    {"\xfd"
     "7zXZ",
     "is compressed (xz); unpack it first"},
    {"Rar!", "is an archive (rar); unpack it first"},
    {"7z\xbc\xaf", "is an archive (7z); unpack it first"},
    {"XMF_", "is an XMF file; convert it to a Standard MIDI File"},
    {"FORM", "is an IFF file (XMI and others); convert it to a Standard MIDI File"},
    {"MUS\x1a", "is a MUS file of Doom's; convert it to a Standard MIDI File"},
    {"HMI-MIDI", "is an HMI file; convert it to a Standard MIDI File"},
    {"HMIMIDIP", "is an HMP file; convert it to a Standard MIDI File"},
    {"MMMD", "is an SMAF file; convert it to a Standard MIDI File"},
    {"melo", "is an MLD file; convert it to a Standard MIDI File"},
    {"RCM-PC98", "is a Recomposer file; convert it to a Standard MIDI File"},
    {"SMF2", "is a MIDI clip of MIDI 2.0; export it as a Standard MIDI File"},
    {"OggS", "is a sound file (Ogg), not MIDI; give a Standard MIDI File"},
    {"fLaC", "is a sound file (FLAC), not MIDI; give a Standard MIDI File"},
    {"ID3", "is a sound file (MP3), not MIDI; give a Standard MIDI File"},
};

void refuse_other_kinds(const MidiFileBytes& file, std::size_t at) {
    const auto rest = file.bytes.subspan(at);
    const std::string_view text(reinterpret_cast<const char*>(rest.data()), std::min<std::size_t>(rest.size(), 16));
    for (const auto& kind : other_kinds)
        if (text.starts_with(kind.begins)) file.fail(at, kind.says);
}

// RIFF <size> RMID, then chunks with little-endian sizes, padded to even lengths. The offset of the MIDI data: 0 without
// a RIFF wrapper.
std::size_t find_data_in_riff(MidiFileBytes& file, std::size_t& sound_banks) {
    if (!file.tag_at(0, "RIFF")) return 0;
    if (!file.tag_at(8, "RMID")) file.fail(8, "a RIFF file, but not of MIDI (RMID); give a Standard MIDI File");
    std::size_t start = 0, end = 0;
    for (std::uint64_t at = 12; at + 8 <= file.size();) {
        std::uint64_t size = 0;
        for (int i = 3; i >= 0; --i) size = size << 8 | file.bytes[at + 4 + i];
        if (file.tag_at(at, "data") && start == 0) {
            start = static_cast<std::size_t>(at + 8);
            if (size < header_bytes) size = file.size() - start;  // never written: the recorder was killed
            end = static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), start + size));
        }
        if (file.tag_at(at, "RIFF") && (file.tag_at(at + 8, "DLS ") || file.tag_at(at + 8, "sfbk"))) ++sound_banks;
        at += 8 + size + (size & 1);
    }
    if (start == 0)
        file.fail(file.size(), std::string("a RIFF MIDI file without its data chunk; ") + MidiFileBytes::cut_off);
    file.bytes = file.bytes.first(end);
    return start;
}

// Mail programs, old Macintoshes (MacBinary), web servers and editors have put bytes before some files.
std::size_t bytes_before_header(const MidiFileBytes& file, std::size_t at) {
    constexpr std::size_t most_before = 1024;
    const auto window = file.bytes.subspan(at, std::min(file.size() - at, most_before));
    static constexpr std::uint8_t header[] = {'M', 'T', 'h', 'd', 0, 0, 0, 6};
    const auto found = std::search(window.begin(), window.end(), std::begin(header), std::end(header));
    return found == window.end() ? 0 : static_cast<std::size_t>(found - window.begin());
}

}  // namespace

MidiFileHeader read_midi_file_header(MidiFileBytes& file) {
    const std::string ends_inside = std::string("the file ends inside its header; ") + MidiFileBytes::cut_off;
    MidiFileHeader header;
    auto start = find_data_in_riff(file, header.sound_banks);
    refuse_other_kinds(file, start);
    if (!file.tag_at(start, "MThd")) header.skipped_bytes = bytes_before_header(file, start);
    start += header.skipped_bytes;
    if (!file.tag_at(start, "MThd"))
        file.fail(start, "not a MIDI file (it has no MThd header); give a Standard MIDI File");
    if (start + header_bytes > file.size()) file.fail(file.size(), ends_inside);
    const std::uint64_t length = file.big_endian(start + 4, 4);
    if (length < 6) {
        file.fail(start + 4,
                  "the header is " + std::to_string(length) + " bytes long instead of 6; " + MidiFileBytes::damaged);
    }
    header.format = static_cast<int>(file.big_endian(start + 8, 2));
    header.tracks = file.big_endian(start + 10, 2);
    header.division = file.big_endian(start + 12, 2);
    if (header.format == 2 && header.tracks != 1) file.fail_patterns(start + 8);  // one pattern alone is a piece
    if (header.format > 2)
        file.fail(start + 8, "unknown format " + std::to_string(header.format) + "; save it as format 0 or 1");
    const auto rate = header.smpte_frames_per_second();
    const bool rate_known = rate == 24 || rate == 25 || rate == 29 || rate == 30;
    if (header.division == 0 || (header.is_smpte() && (!rate_known || header.smpte_ticks_per_frame() == 0))) {
        file.fail(start + 12,
                  "the time division " + std::to_string(header.division) + " means nothing; " + MidiFileBytes::damaged);
    }
    if (length > file.size() - start - 8) file.fail(file.size(), ends_inside);
    header.first_chunk = start + 8 + static_cast<std::size_t>(length);
    return header;
}

}  // namespace forerun
