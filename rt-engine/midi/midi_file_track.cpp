#include "rt-engine/midi/midi_file_track.h"

#include "rt-engine/midi/midi_bytes.h"
#include "shared/text/printable.h"

namespace forerun {
namespace {

constexpr std::size_t most_title_bytes = 256;

class MidiTrackReader {
public:
    MidiTrackReader(const MidiFileBytes& file, const MidiTrackPlace& place, std::size_t begin, std::uint64_t chunk_end)
        : file_(file), place_(place), at_(begin), end_(std::min<std::uint64_t>(chunk_end, file.size())) {}

    MidiTrack read(std::uint64_t chunk_end) {
        while (!track_.ended && at_ < end_) {
            track_.last_tick += variable_length();
            if (track_.last_tick > kMidiMaxTicks) file_.fail_too_long(at_);
            track_.ended = read_event();
        }
        if (!track_.ended && chunk_end > file_.size()) fail_at_end(file_.size());
        track_.end = at_;
        return std::move(track_);
    }

private:
    // True at the end of the track.
    bool read_event() {
        const std::size_t start = at_;
        const std::uint8_t first = byte();
        // Under running status, a byte that is not a valid status may be the same key above 127 as before.
        const bool is_wrong_key = wrong_keys_[first] && first != 0xF0 && first != 0xF7 && first != 0xFF &&
                                  (first >= 0xF0 || (place_.format != 0 && (first ^ running_status_) % 16 != 0));
        if (first >= 0xF0 && !is_wrong_key) return read_system_event(first, start);
        if (first >= 0x80 && !is_wrong_key) {
            if (running_status_ != first) wrong_keys_ = {};
            running_status_ = first;
        } else {
            if (running_status_ == 0)
                file_.fail(start, std::string("data without a status byte; ") + MidiFileBytes::damaged);
            --at_;
        }
        read_channel_message(start);
        return false;
    }

    void read_channel_message(std::size_t start) {
        const std::uint8_t kind = running_status_ & 0xF0;
        const bool has_two = kind != 0xC0 && kind != 0xD0;
        const std::uint8_t data1 = byte(), data2 = has_two ? byte() : 0;
        // Keys, controllers and programs above 127 do not exist; values are clipped.
        const bool is_number = kind <= 0xC0;
        if (is_number && data1 > 127) {
            wrong_keys_.set(data1);
            ++track_.skipped;
            return;
        }
        if (data1 > 127 || data2 > 127) ++track_.clipped;
        const auto seven_bits = [](std::uint8_t data) { return std::min<std::uint8_t>(data, 127); };
        add({0.0, place_.number, running_status_, seven_bits(data1), seven_bits(data2)}, start);
    }

    void add(const MidiMessage& message, std::size_t start) {
        if (place_.messages_before + track_.messages.size() >= kMidiFileMaxMessages) {
            file_.fail(start, "more than " + std::to_string(kMidiFileMaxMessages) + " messages; split the file");
        }
        track_.messages.push_back({track_.last_tick, message});
        if ((message.status & 0xF0) == 0x90) track_.ports.set(port_);
    }

    // Meta events, sysex, and others that do not belong in files but occur. None of them ends running status: by the standard
    // meta and sysex would, but files that continue it are common.
    bool read_system_event(std::uint8_t status, std::size_t start) {
        switch (status) {
        case 0xFF: return read_meta_event();
        case 0xF0: read_exclusive(skip(variable_length()), start); return false;
        case 0xF7: read_escape(skip(variable_length()), start); return false;
        case 0xF1:
        case 0xF3: skip(1); return false;
        case 0xF2: skip(2); return false;
        case 0xF4:
        case 0xF5: file_.fail(start, std::string("an undefined status byte; ") + MidiFileBytes::damaged);
        default: return false;  // F6, F8 .. FE have no data
        }
    }

    bool read_meta_event() {
        const std::uint8_t type = byte();
        const auto content = skip(variable_length());
        if (type == 0x2F) return true;
        if (type == 0x51) read_tempo(content);
        if (type == 0x21 && content.size() == 1) port_ = content[0];
        if (type == 0x03 && place_.number == 0 && track_.title.empty()) {
            track_.title =
                printable({reinterpret_cast<const char*>(content.data()), std::min(content.size(), most_title_bytes)});
        }
        return false;
    }

    // Less than three bytes, or a tempo of 0, is ignored.
    void read_tempo(std::span<const std::uint8_t> content) {
        std::uint32_t tempo = 0;
        if (content.size() >= 3) tempo = std::uint32_t{content[0]} << 16 | std::uint32_t{content[1]} << 8 | content[2];
        if (tempo == 0)
            ++track_.bad_tempos;
        else
            track_.tempos.push_back({track_.last_tick, tempo});
    }

    // Ends with F7, or continues in an F7 event.
    void read_exclusive(std::span<const std::uint8_t> content, std::size_t start) {
        if (place_.exclusives_before + track_.exclusives.size() == kMidiFileMaxExclusives) {
            file_.fail(start,
                       "more than " + std::to_string(kMidiFileMaxExclusives) + " exclusive messages; split the file");
        }
        track_.messages.push_back({track_.last_tick, {0.0, place_.number, 0xF0, 0, 0}, track_.exclusives.size()});
        track_.exclusives.emplace_back();
        continue_exclusive(content);
    }

    void continue_exclusive(std::span<const std::uint8_t> content) {
        const auto end = std::find(content.begin(), content.end(), 0xF7);
        auto& body = track_.exclusives.back();
        body.insert(body.end(), content.begin(), end);
        exclusive_is_open_ = end == content.end();
    }

    // The rest of an exclusive message, or any other bytes to be sent unchanged.
    void read_escape(std::span<const std::uint8_t> content, std::size_t start) {
        if (exclusive_is_open_) return continue_exclusive(content);
        MidiBytes bytes;
        bytes.take(
            content,
            [&](const MidiBytesMessage& m) {
                if (m.status < 0xF0) add({0.0, place_.number, m.status, m.data1, m.data2}, start);
            },
            [&](std::span<const std::uint8_t> body) {
                read_exclusive(body, start);
                exclusive_is_open_ = false;
            });
    }

    std::uint8_t byte() {
        if (at_ >= end_) fail_at_end(at_);
        return file_.bytes[at_++];
    }

    // Some programs write leading zeros.
    std::uint32_t variable_length() {
        const std::size_t start = at_;
        std::uint32_t value = 0;
        for (int i = 0; i < 8; ++i) {
            const std::uint8_t b = byte();
            if (value >> 21 != 0) break;
            value = value << 7 | (b & 0x7F);
            if (b < 0x80) return value;
        }
        file_.fail(start, std::string("a number of more than four bytes; ") + MidiFileBytes::damaged);
    }

    std::span<const std::uint8_t> skip(std::uint32_t length) {
        if (length > end_ - at_) fail_at_end(end_);
        const auto content = file_.bytes.subspan(at_, length);
        at_ += length;
        return content;
    }

    [[noreturn]] void fail_at_end(std::size_t offset) const {
        const std::string track = "track " + std::to_string(place_.number + 1);
        if (offset >= file_.size()) file_.fail(offset, "the file ends inside " + track + "; " + MidiFileBytes::cut_off);
        file_.fail(offset, "an event runs past the end of " + track + "; " + MidiFileBytes::damaged);
    }

    const MidiFileBytes& file_;
    const MidiTrackPlace& place_;
    std::size_t at_;
    const std::size_t end_;  // no event may go beyond
    std::uint8_t running_status_ = 0;
    std::bitset<256> wrong_keys_;  // above 127, under the present running status
    bool exclusive_is_open_ = false;
    std::uint8_t port_ = 0;  // from the track's port event
    MidiTrack track_;
};

}  // namespace

MidiTrack read_midi_track(const MidiFileBytes& file, const MidiTrackPlace& place, std::size_t begin,
                          std::uint64_t chunk_end) {
    return MidiTrackReader(file, place, begin, chunk_end).read(chunk_end);
}

}  // namespace forerun
