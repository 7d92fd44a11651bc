// Format: "Standard MIDI Files 1.0" (MIDI Association, RP-001). An .rmi is RIFF of form type RMID with such a file in
// its `data` chunk.
#include "rt-engine/midi_file.h"

#include <algorithm>
#include <cstring>
#include <system_error>

#include "rt-engine/midi_tick_clock.h"
#include "shared/bad_input.h"
#include "shared/file_bytes.h"

namespace forerun {
namespace {

constexpr std::size_t kMaxTitleBytes = 256;

constexpr const char* kDamaged = "the file is damaged, get another copy";
constexpr const char* kCutOff = "it was cut off, get a whole copy";

struct TimedMessage {
    std::uint64_t tick;
    MidiMessage message;  // its seconds are not known before the tempos of all tracks are
};

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
            fail(bytes_.size(), "the file ends after " + std::to_string(tracks_read_) + " of " +
                                    std::to_string(tracks_declared_) + " tracks; " + kCutOff);
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
        for (std::uint64_t at = 12; at + 8 <= bytes_.size();) {
            std::uint64_t size = 0;
            for (int i = 3; i >= 0; --i) size = size << 8 | bytes_[at + 4 + i];
            if (tag_at(at, "data")) {
                at_ = at + 8;
                bytes_ = bytes_.first(std::min<std::uint64_t>(bytes_.size(), at_ + size));
                return;
            }
            at += 8 + size + (size & 1);
        }
        fail(bytes_.size(), "a RIFF MIDI file without its data chunk; " + std::string(kCutOff));
    }

    void read_header() {
        const std::size_t start = at_;
        if (bytes_.size() > start + 1 && bytes_[start] == 0x1F && bytes_[start + 1] == 0x8B) {
            fail(start, "is compressed (gzip); unpack it first");
        }
        if (!tag_at(start, "MThd")) fail(start, "not a MIDI file (it has no MThd header); give a Standard MIDI File");
        if (start + 14 > bytes_.size()) fail(bytes_.size(), "the file ends inside its header; " + std::string(kCutOff));
        const std::uint64_t length = big_endian(start + 4, 4);
        if (length < 6) {
            fail(start + 4, "the header is " + std::to_string(length) + " bytes long instead of 6; " + kDamaged);
        }
        format_ = static_cast<int>(big_endian(start + 8, 2));
        tracks_declared_ = big_endian(start + 10, 2);
        division_ = big_endian(start + 12, 2);
        if (format_ == 2) {
            fail(start + 8, "format 2 (separate patterns) cannot be played as one piece; save it as format 0 or 1");
        }
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
        const bool is_track = tag_at(at_, "MTrk");
        at_ += 8;
        if (is_track) {
            read_track(end);
            ++tracks_read_;
        } else if (end > bytes_.size()) {
            at_ = bytes_.size();  // junk after the last track, or parse() finds that tracks are missing
        }
        if (end <= bytes_.size()) at_ = end;  // else: the end-of-track event was there, the length is wrong
    }

    // `chunk_end` may lie behind the end of the file.
    void read_track(std::uint64_t chunk_end) {
        event_limit_ = std::min<std::uint64_t>(chunk_end, bytes_.size());
        tick_ = 0;
        running_status_ = 0;
        bool ended = false;
        while (!ended && at_ < event_limit_) {
            tick_ += variable_length();
            if (tick_ > kMidiMaxTicks) fail_too_long(at_);
            ended = read_event();
        }
        if (!ended && chunk_end > bytes_.size()) fail_in_track(bytes_.size());
        last_tick_ = std::max(last_tick_, tick_);
    }

    // True at the end of the track.
    bool read_event() {
        const std::size_t start = at_;
        const std::uint8_t first = byte();
        if (first >= 0xF0) return read_system_event(first, start);
        if (first >= 0x80) {
            running_status_ = first;
        } else {
            if (running_status_ == 0) fail(start, "data without a status byte; " + std::string(kDamaged));
            --at_;
        }
        const std::uint8_t kind = running_status_ & 0xF0;
        MidiMessage message{0.0, tracks_read_, running_status_, data_byte(), 0};
        if (kind != 0xC0 && kind != 0xD0) message.data2 = data_byte();
        if (messages_.size() == kMidiFileMaxMessages) {
            fail(start, "more than " + std::to_string(kMidiFileMaxMessages) + " messages; split the file");
        }
        messages_.push_back({tick_, message});
        return false;
    }

    // Meta events, sysex, and the others that have no business in a file but are found there. None of them ends running
    // status: the standard says so for meta and sysex, but files that go on with it are common and mean it.
    bool read_system_event(std::uint8_t status, std::size_t start) {
        switch (status) {
        case 0xFF: {
            const std::uint8_t type = byte();
            const auto content = skip(variable_length());
            if (type == 0x2F) return true;
            if (type == 0x51) read_tempo(content, start);
            if (type == 0x03 && tracks_read_ == 0 && title_.empty()) {
                title_ = printable(
                    {reinterpret_cast<const char*>(content.data()), std::min(content.size(), kMaxTitleBytes)});
            }
            return false;
        }
        case 0xF0:
        case 0xF7: skip(variable_length()); return false;
        case 0xF1:
        case 0xF3: skip(1); return false;
        case 0xF2: skip(2); return false;
        case 0xF4:
        case 0xF5: fail(start, "an undefined status byte; " + std::string(kDamaged));
        default: return false;  // F6, F8 .. FE have no data
        }
    }

    void read_tempo(std::span<const std::uint8_t> content, std::size_t start) {
        if (content.size() != 3) {
            fail(start, "a tempo of " + std::to_string(content.size()) + " bytes instead of 3; " + kDamaged);
        }
        const std::uint32_t tempo = std::uint32_t{content[0]} << 16 | std::uint32_t{content[1]} << 8 | content[2];
        if (tempo == 0) fail(start, "a tempo of 0 microseconds per quarter note; correct it in a MIDI editor");
        tempos_.push_back({tick_, tempo});
    }

    std::uint8_t byte() {
        if (at_ >= event_limit_) fail_in_track(at_);
        return bytes_[at_++];
    }

    std::uint8_t data_byte() {
        const std::uint8_t value = byte();
        if (value > 127) fail(at_ - 1, "a status byte inside a message; " + std::string(kDamaged));
        return value;
    }

    std::uint32_t variable_length() {
        const std::size_t start = at_;
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const std::uint8_t b = byte();
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

    MidiFile finish() {
        const auto by_tick = [](const auto& a, const auto& b) { return a.tick < b.tick; };
        std::stable_sort(messages_.begin(), messages_.end(), by_tick);
        std::stable_sort(tempos_.begin(), tempos_.end(), by_tick);
        const MidiTickClock clock = is_smpte() ? MidiTickClock::smpte(smpte_frames_per_second(), division_ & 0xFF)
                                               : MidiTickClock(division_, tempos_);
        MidiFile file{format_, {}, {}, clock.seconds(last_tick_), std::move(title_)};
        if (file.duration_seconds > kMidiFileMaxSeconds) fail_too_long(bytes_.size());

        file.messages.reserve(messages_.size());
        for (TimedMessage& timed : messages_) {
            timed.message.seconds = clock.seconds(timed.tick);
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
    std::vector<TimedMessage> messages_;
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
