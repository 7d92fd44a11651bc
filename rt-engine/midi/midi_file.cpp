// Format: "Standard MIDI Files 1.0" (MIDI Association, RP-001). An .rmi is RIFF of form type RMID with such a file in
// its `data` chunk.
#include "rt-engine/midi/midi_file.h"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <system_error>

#include "rt-engine/midi/midi_bytes.h"
#include "rt-engine/midi/midi_tick_clock.h"
#include "shared/bad_input.h"
#include "shared/files/file_bytes.h"

namespace forerun {
namespace {

constexpr std::size_t kMaxTitleBytes = 256;

constexpr std::uint64_t least_file_bytes = 14;  // a header

constexpr const char* kDamaged = "the file is damaged, get another copy";
constexpr const char* kCutOff = "it was cut off, get a whole copy";

struct TimedMessage {
    std::uint64_t tick;
    MidiMessage message;               // its seconds are not known before the tempos of all tracks are
    std::size_t exclusive = SIZE_MAX;  // which one it is instead
};

// What the beginnings of other music files are; nullptr: none of these.
const char* other_kind(std::span<const std::uint8_t> bytes) {
    struct Kind {
        std::string_view begins;
        const char* says;
    };
    static constexpr Kind kinds[] = {
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
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 16));
    for (const auto& kind : kinds)
        if (text.starts_with(kind.begins)) return kind.says;
    return nullptr;
}

class Parser {
public:
    Parser(std::span<const std::uint8_t> bytes, std::string_view name) : bytes_(bytes), name_(name) {}

    MidiFile parse() {
        if (bytes_.empty()) throw BadInput(name_ + ": the file is empty; give a Standard MIDI File");
        if (bytes_.size() > kMidiFileMaxBytes) {
            throw BadInput(name_ + ": the file is larger than " + std::to_string(kMidiFileMaxBytes >> 20) +
                           " MiB; give a Standard MIDI File");
        }
        find_smf_in_riff();
        read_header();
        while (at_ + 8 <= bytes_.size()) read_chunk();
        if (tracks_read_ < tracks_declared_) {
            const auto some = std::to_string(tracks_read_) + " of " + std::to_string(tracks_declared_) + " tracks";
            if (junk_at_ != 0)
                fail(junk_at_, "no chunk begins here, after " + some + "; the length before it is wrong, " + kDamaged);
            fail(bytes_.size(), "the file ends after " + some + "; " + kCutOff);
        }
        if (tracks_read_ == 0) fail(bytes_.size(), "the file has no track; there is nothing to play");
        return finish();
    }

private:
    [[noreturn]] void fail(std::size_t offset, const std::string& what) const {
        throw BadInput(name_ + ": byte " + std::to_string(offset) + ": " + what);
    }

    bool tag_at(std::size_t offset, const char (&tag)[5]) const {
        return offset + 4 <= bytes_.size() && std::memcmp(&bytes_[offset], tag, 4) == 0;
    }

    std::uint32_t big_endian(std::size_t offset, int count) const {
        std::uint32_t value = 0;
        for (int i = 0; i < count; ++i) value = value << 8 | bytes_[offset + i];
        return value;
    }

    // RIFF <size> RMID, then chunks with little-endian sizes, padded to even lengths.
    void find_smf_in_riff() {
        if (!tag_at(0, "RIFF")) return;
        if (!tag_at(8, "RMID")) fail(8, "a RIFF file, but not of MIDI (RMID); give a Standard MIDI File");
        std::span<const std::uint8_t> data;
        for (std::uint64_t at = 12; at + 8 <= bytes_.size();) {
            std::uint64_t size = 0;
            for (int i = 3; i >= 0; --i) size = size << 8 | bytes_[at + 4 + i];
            if (tag_at(at, "data") && data.empty()) {
                at_ = static_cast<std::size_t>(at + 8);
                if (size < least_file_bytes) size = bytes_.size() - at_;  // a recorder that died
                data = bytes_.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes_.size(), at_ + size)));
            }
            if (tag_at(at, "RIFF") && (tag_at(at + 8, "DLS ") || tag_at(at + 8, "sfbk"))) ++embedded_sounds_;
            at += 8 + size + (size & 1);
        }
        if (data.empty()) fail(bytes_.size(), "a RIFF MIDI file without its data chunk; " + std::string(kCutOff));
        bytes_ = data;
    }

    // Mail programs, old Macintoshes (MacBinary), web servers and editors have put bytes before some files.
    void skip_bytes_before_header() {
        constexpr std::size_t most_before = 1024;
        const auto window = bytes_.subspan(at_, std::min(bytes_.size() - at_, most_before));
        static constexpr std::uint8_t header[] = {'M', 'T', 'h', 'd', 0, 0, 0, 6};
        const auto found = std::search(window.begin(), window.end(), std::begin(header), std::end(header));
        if (found == window.end() || found == window.begin()) return;
        remark(static_cast<std::size_t>(found - window.begin()), "byte before the header is",
               "bytes before the header are", "skipped");
        at_ += static_cast<std::size_t>(found - window.begin());
    }

    void read_header() {
        if (const auto* kind = other_kind(bytes_.subspan(at_))) fail(at_, kind);
        if (!tag_at(at_, "MThd")) skip_bytes_before_header();
        const std::size_t start = at_;
        if (!tag_at(start, "MThd")) fail(start, "not a MIDI file (it has no MThd header); give a Standard MIDI File");
        if (start + 14 > bytes_.size()) fail(bytes_.size(), "the file ends inside its header; " + std::string(kCutOff));
        const std::uint64_t length = big_endian(start + 4, 4);
        if (length < 6) {
            fail(start + 4, "the header is " + std::to_string(length) + " bytes long instead of 6; " + kDamaged);
        }
        format_ = static_cast<int>(big_endian(start + 8, 2));
        tracks_declared_ = big_endian(start + 10, 2);
        division_ = big_endian(start + 12, 2);
        if (format_ == 2 && tracks_declared_ != 1) fail_patterns(start + 8);  // one alone is one piece
        if (format_ > 2) fail(start + 8, "unknown format " + std::to_string(format_) + "; save it as format 0 or 1");
        const std::uint32_t smpte_rate = smpte_frames_per_second();
        const bool rate_known = smpte_rate == 24 || smpte_rate == 25 || smpte_rate == 29 || smpte_rate == 30;
        if (division_ == 0 || (is_smpte() && (!rate_known || (division_ & 0xFF) == 0))) {
            fail(start + 12, "the time division " + std::to_string(division_) + " means nothing; " + kDamaged);
        }
        if (length > bytes_.size() - start - 8) {
            fail(bytes_.size(), "the file ends inside its header; " + std::string(kCutOff));
        }
        at_ = start + 8 + length;
    }

    bool is_smpte() const { return (division_ & 0x8000) != 0; }
    std::uint32_t smpte_frames_per_second() const { return 256 - (division_ >> 8); }  // stored negated

    void read_chunk() {
        const std::uint64_t end = std::uint64_t{at_} + 8 + big_endian(at_ + 4, 4);
        if (!tag_at(at_, "MTrk")) return skip_chunk(end);
        if (format_ == 2 && tracks_read_ > 0) fail_patterns(at_);
        at_ += 8;
        read_track(end);
        ++tracks_read_;
    }

    // Another program's chunk. Or no chunk: junk behind the last track, or a length before here was wrong.
    void skip_chunk(std::uint64_t end) {
        if (tag_at(at_, "MThd")) {  // another piece
            ++pieces_behind_;
            at_ = bytes_.size();
            return;
        }
        if (looks_like_tag(at_) && end <= bytes_.size()) {
            at_ = static_cast<std::size_t>(end);
            return;
        }
        const auto next = next_track(at_);
        if (next < bytes_.size())
            bytes_between_ += next - at_;
        else
            junk_at_ = at_;
        at_ = next;
    }

    // `chunk_end` may lie behind the end of the file. Many programs have written wrong lengths: an end-of-track event right
    // before another track, or before the end of the file, is believed more.
    void read_track(std::uint64_t chunk_end) {
        const auto begin = at_;
        const auto before = mark();
        if (chunk_end > bytes_.size()) {
            read_events(chunk_end);
            wrong_lengths_ += ended_ ? 1 : 0;
            return;
        }
        bool is_whole = true;
        try {
            read_events(chunk_end);
        } catch (const BadInput&) {
            is_whole = false;
        }
        const auto end = static_cast<std::size_t>(chunk_end);
        const bool is_cut = is_whole && !ended_ && end < bytes_.size() && !looks_like_tag(end);
        if (!is_whole || is_cut) {
            go_back(begin, before);
            if (ends_elsewhere(next_track(begin), end)) return;
            go_back(begin, before);
            read_events(chunk_end);
        }
        if (at_ < end && tag_at(at_, "MTrk") && !tag_at(end, "MTrk"))
            ++wrong_lengths_;  // and the next track begins here
        else
            at_ = end;
    }

    // The same track read up to another place, where its end-of-track event has to be.
    bool ends_elsewhere(std::size_t place, std::size_t chunk_end) {
        if (place <= chunk_end) return false;
        try {
            read_events(place);
        } catch (const BadInput&) {
            return false;
        }
        if (!ended_ || at_ != place) return false;
        ++wrong_lengths_;
        return true;
    }

    // Four letters, digits or blanks.
    bool looks_like_tag(std::size_t offset) const {
        if (offset + 4 > bytes_.size()) return false;
        return std::all_of(bytes_.begin() + static_cast<std::ptrdiff_t>(offset),
                           bytes_.begin() + static_cast<std::ptrdiff_t>(offset + 4),
                           [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
    }

    std::size_t next_track(std::size_t from) const {
        static constexpr std::uint8_t tag[] = {'M', 'T', 'r', 'k'};
        const auto rest = bytes_.subspan(from);
        return from + static_cast<std::size_t>(std::search(rest.begin(), rest.end(), std::begin(tag), std::end(tag)) -
                                               rest.begin());
    }

    [[noreturn]] void fail_patterns(std::size_t offset) const {
        fail(offset, "format 2 (separate patterns) cannot be played as one piece; save it as format 0 or 1");
    }

    // What a track has added so far, for a second attempt.
    struct Mark {
        std::size_t messages, exclusives, tempos, clipped, skipped, bad_tempos;
        bool has_title;
    };
    Mark mark() const {
        return {messages_.size(), exclusives_.size(), tempos_.size(), clipped_, skipped_, bad_tempos_, !title_.empty()};
    }
    void go_back(std::size_t at, const Mark& to) {
        at_ = at;
        messages_.resize(to.messages);
        exclusives_.resize(to.exclusives);
        tempos_.resize(to.tempos);
        clipped_ = to.clipped;
        skipped_ = to.skipped;
        bad_tempos_ = to.bad_tempos;
        if (!to.has_title) title_.clear();
    }

    void read_events(std::uint64_t chunk_end) {
        event_limit_ = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_end, bytes_.size()));
        tick_ = 0;
        port_ = 0;
        running_status_ = 0;
        wrong_keys_ = {};
        exclusive_is_open_ = false;
        ended_ = false;
        while (!ended_ && at_ < event_limit_) {
            tick_ += variable_length();
            if (tick_ > kMidiMaxTicks) fail_too_long(at_);
            ended_ = read_event();
        }
        if (!ended_ && chunk_end > bytes_.size()) fail_in_track(bytes_.size());
        last_tick_ = std::max(last_tick_, tick_);
    }

    // True at the end of the track.
    bool read_event() {
        const std::size_t start = at_;
        const std::uint8_t first = byte();
        // Under running status, a status that is none in a file may be the key above 127 that was there before.
        const bool is_wrong_key = wrong_keys_[first] && first != 0xF0 && first != 0xF7 && first != 0xFF &&
                                  (first >= 0xF0 || (format_ != 0 && (first ^ running_status_) % 16 != 0));
        if (first >= 0xF0 && !is_wrong_key) return read_system_event(first, start);
        if (first >= 0x80 && !is_wrong_key) {
            if (running_status_ != first) wrong_keys_ = {};
            running_status_ = first;
        } else {
            if (running_status_ == 0) fail(start, "data without a status byte; " + std::string(kDamaged));
            --at_;
        }
        const std::uint8_t kind = running_status_ & 0xF0;
        const bool has_two = kind != 0xC0 && kind != 0xD0;
        const std::uint8_t data1 = byte(), data2 = has_two ? byte() : 0;
        // Numbers of keys, controllers and programs mean nothing beyond 127; levels are as high as they can be.
        const bool is_number = kind <= 0xC0;
        if (is_number && data1 > 127) {
            wrong_keys_.set(data1);
            ++skipped_;
            return false;
        }
        if (data1 > 127 || data2 > 127) ++clipped_;
        const auto seven_bits = [](std::uint8_t data) { return std::min<std::uint8_t>(data, 127); };
        add({0.0, tracks_read_, running_status_, seven_bits(data1), seven_bits(data2)}, start);
        return false;
    }

    void add(const MidiMessage& message, std::size_t start) {
        if (messages_.size() == kMidiFileMaxMessages) {
            fail(start, "more than " + std::to_string(kMidiFileMaxMessages) + " messages; split the file");
        }
        messages_.push_back({tick_, message});
        if ((message.status & 0xF0) == 0x90) ports_.set(port_);
    }

    // Meta events, sysex, and the others that have no business in a file but are found there. None of them ends running
    // status: the standard says so for meta and sysex, but files that go on with it are common and mean it.
    bool read_system_event(std::uint8_t status, std::size_t start) {
        switch (status) {
        case 0xFF: {
            const std::uint8_t type = byte();
            const auto content = skip(variable_length());
            if (type == 0x2F) return true;
            if (type == 0x51) read_tempo(content);
            if (type == 0x21 && content.size() == 1) port_ = content[0];
            if (type == 0x03 && tracks_read_ == 0 && title_.empty()) {
                title_ = printable(
                    {reinterpret_cast<const char*>(content.data()), std::min(content.size(), kMaxTitleBytes)});
            }
            return false;
        }
        case 0xF0: read_exclusive(skip(variable_length()), start); return false;
        case 0xF7: read_escape(skip(variable_length()), start); return false;
        case 0xF1:
        case 0xF3: skip(1); return false;
        case 0xF2: skip(2); return false;
        case 0xF4:
        case 0xF5: fail(start, "an undefined status byte; " + std::string(kDamaged));
        default: return false;  // F6, F8 .. FE have no data
        }
    }

    // It ends with F7, or goes on in an F7 event.
    void read_exclusive(std::span<const std::uint8_t> content, std::size_t start) {
        if (exclusives_.size() == kMidiFileMaxExclusives) {
            fail(start, "more than " + std::to_string(kMidiFileMaxExclusives) + " exclusive messages; split the file");
        }
        messages_.push_back({tick_, {0.0, tracks_read_, 0xF0, 0, 0}, exclusives_.size()});
        exclusives_.emplace_back();
        go_on_with_exclusive(content);
    }

    void go_on_with_exclusive(std::span<const std::uint8_t> content) {
        const auto end = std::find(content.begin(), content.end(), 0xF7);
        auto& body = exclusives_.back();
        body.insert(body.end(), content.begin(), end);
        exclusive_is_open_ = end == content.end();
    }

    // The rest of an exclusive message, or anything else that is to be sent as it is.
    void read_escape(std::span<const std::uint8_t> content, std::size_t start) {
        if (exclusive_is_open_) return go_on_with_exclusive(content);
        MidiBytes bytes;
        bytes.take(
            content,
            [&](const MidiBytesMessage& m) {
                if (m.status < 0xF0) add({0.0, tracks_read_, m.status, m.data1, m.data2}, start);
            },
            [&](std::span<const std::uint8_t> body) {
                read_exclusive(body, start);
                exclusive_is_open_ = false;
            });
    }

    // Less than three bytes, or a tempo of 0, says nothing.
    void read_tempo(std::span<const std::uint8_t> content) {
        std::uint32_t tempo = 0;
        if (content.size() >= 3) tempo = std::uint32_t{content[0]} << 16 | std::uint32_t{content[1]} << 8 | content[2];
        if (tempo == 0)
            ++bad_tempos_;
        else
            tempos_.push_back({tick_, tempo});
    }

    std::uint8_t byte() {
        if (at_ >= event_limit_) fail_in_track(at_);
        return bytes_[at_++];
    }

    // Some programs write zeros in front.
    std::uint32_t variable_length() {
        const std::size_t start = at_;
        std::uint32_t value = 0;
        for (int i = 0; i < 8; ++i) {
            const std::uint8_t b = byte();
            if (value >> 21 != 0) break;
            value = value << 7 | (b & 0x7F);
            if (b < 0x80) return value;
        }
        fail(start, "a number of more than four bytes; " + std::string(kDamaged));
    }

    std::span<const std::uint8_t> skip(std::uint32_t length) {
        if (length > event_limit_ - at_) fail_in_track(event_limit_);
        const auto content = bytes_.subspan(at_, length);
        at_ += length;
        return content;
    }

    [[noreturn]] void fail_in_track(std::size_t offset) const {
        const std::string track = "track " + std::to_string(tracks_read_ + 1);
        if (offset >= bytes_.size()) fail(offset, "the file ends inside " + track + "; " + kCutOff);
        fail(offset, "an event runs past the end of " + track + "; " + kDamaged);
    }

    [[noreturn]] void fail_too_long(std::size_t offset) const {
        fail(offset, "the piece lasts longer than " + std::to_string(static_cast<int>(kMidiFileMaxSeconds / 3600)) +
                         " hours; shorten it, or " + kDamaged);
    }

    void remark(std::size_t count, const char* one, const char* several, const char* what) {
        if (count == 0) return;
        remarks_.push_back(name_ + ": " + std::to_string(count) + " " + (count == 1 ? one : several) + " " + what);
    }

    MidiFile finish() {
        remark(embedded_sounds_, "bank of sounds in the file is", "banks of sounds in the file are",
               "not used; the rig's voices play");
        if (ports_.count() > 1)
            remark(ports_.count(), "", "MIDI ports are", "played on the same 16 channels; split the file by port");
        remark(pieces_behind_, "other piece behind the first is", "", "left out");
        remark(bytes_between_, "byte before a track is", "bytes before tracks are", "skipped");
        remark(wrong_lengths_, "track has a wrong length; it is", "tracks have wrong lengths; they are",
               "read to the end-of-track event");
        remark(clipped_, "value above 127 is", "values above 127 are", "taken as 127");
        remark(skipped_, "event with a key or number above 127 is", "events with keys or numbers above 127 are",
               "left out");
        remark(bad_tempos_, "tempo of 0 or of no length is", "tempos of 0 or of no length are", "ignored");
        const auto by_tick = [](const auto& a, const auto& b) { return a.tick < b.tick; };
        std::stable_sort(messages_.begin(), messages_.end(), by_tick);
        std::stable_sort(tempos_.begin(), tempos_.end(), by_tick);
        const MidiTickClock clock = is_smpte() ? MidiTickClock::smpte(smpte_frames_per_second(), division_ & 0xFF)
                                               : MidiTickClock(division_, tempos_);
        MidiFile file{format_ == 2 ? 0 : format_, {}, {}, clock.seconds(last_tick_), std::move(title_), {},
                      std::move(remarks_)};
        if (file.duration_seconds > kMidiFileMaxSeconds) fail_too_long(bytes_.size());

        file.messages.reserve(messages_.size());
        for (TimedMessage& timed : messages_) {
            timed.message.seconds = clock.seconds(timed.tick);
            if (timed.exclusive != SIZE_MAX) {
                file.exclusives.push_back(
                    {timed.message.seconds, file.messages.size(), std::move(exclusives_[timed.exclusive])});
                continue;
            }
            file.messages.push_back(timed.message);
        }
        if (tempos_.empty() || tempos_.front().tick > 0) {
            tempos_.insert(tempos_.begin(), {0, kMidiDefaultMicrosecondsPerQuarter});
        }
        for (std::size_t i = 0; i < tempos_.size(); ++i) {
            if (i + 1 < tempos_.size() && tempos_[i + 1].tick == tempos_[i].tick) continue;
            file.tempos.push_back({clock.seconds(tempos_[i].tick), 60e6 / tempos_[i].microseconds_per_quarter});
        }
        return file;
    }

    std::span<const std::uint8_t> bytes_;  // up to the end of the MIDI data; starts where the file starts
    std::string name_;
    std::size_t at_ = 0;
    std::size_t event_limit_ = 0;  // events of this track must end here
    int format_ = 0;
    std::uint32_t division_ = 0;
    std::uint32_t tracks_declared_ = 0;
    std::uint32_t tracks_read_ = 0;
    std::uint64_t tick_ = 0;
    std::uint64_t last_tick_ = 0;
    std::uint8_t running_status_ = 0;
    bool ended_ = false;  // by its end-of-track event
    bool exclusive_is_open_ = false;
    std::bitset<256> wrong_keys_;  // above 127, under the present running status
    std::vector<TimedMessage> messages_;
    std::vector<std::vector<std::uint8_t>> exclusives_;
    std::uint8_t port_ = 0;   // that the track says it is for
    std::bitset<256> ports_;  // that have notes
    std::size_t embedded_sounds_ = 0, pieces_behind_ = 0;
    std::size_t junk_at_ = 0;  // where no chunk begins; 0: nowhere
    std::size_t bytes_between_ = 0;
    std::size_t clipped_ = 0, skipped_ = 0, bad_tempos_ = 0, wrong_lengths_ = 0;
    std::vector<std::string> remarks_;
    std::vector<MidiTickTempo> tempos_;
    std::string title_;
};

}  // namespace

MidiFile parse_midi(std::span<const std::uint8_t> bytes, std::string_view name) { return Parser(bytes, name).parse(); }

MidiFile read_midi_file(const std::filesystem::path& path) {
    const std::string name = path.string();
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        throw BadInput(name + ": is a directory; give a Standard MIDI File");
    }
    const auto bytes = read_file_or_stream(path, kMidiFileMaxBytes);
    if (bytes.empty() && std::filesystem::is_fifo(path, ignored)) {
        throw BadInput(name + ": is a pipe into which nobody writes; give a Standard MIDI File");
    }
    return parse_midi(bytes, name);
}

}  // namespace forerun
