#include "rt-engine/midi/midi_file_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <system_error>

#include "shared/bad_input.h"

namespace forerun {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::int64_t longest_delta = (1 << 28) - 1;  // ticks; four bytes of seven bits
constexpr std::uint64_t track_length_at = 18;          // after "MThd", its length and content, and "MTrk"
constexpr std::uint64_t track_at = 22;
constexpr std::uint64_t largest_track_bytes = std::uint64_t{60} << 20;  // the reader takes 64 MiB

void put(Bytes& out, std::initializer_list<std::uint8_t> bytes) { out.insert(out.end(), bytes); }

void put_big_endian(Bytes& out, std::uint32_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put_quantity(Bytes& out, std::int64_t value) {
    int shift = 21;
    while (shift > 0 && (value >> shift) == 0) shift -= 7;
    for (; shift > 0; shift -= 7) out.push_back(static_cast<std::uint8_t>(0x80 | (value >> shift & 0x7f)));
    out.push_back(static_cast<std::uint8_t>(value & 0x7f));
}

}  // namespace

MidiFileTime midi_file_time(std::uint32_t rate_hz) {
    constexpr std::uint32_t most_ticks = 32767, second = 1'000'000;
    for (const std::uint32_t quarters_per_second : {2u, 1u, 4u, 8u, 16u, 32u, 64u})
        if (rate_hz % quarters_per_second == 0 && rate_hz / quarters_per_second <= most_ticks)
            return {rate_hz / quarters_per_second, second / quarters_per_second, rate_hz};
    return {25000, second / 2, rate_hz};  // 20 µs
}

std::int64_t MidiFileTime::tick_of(std::int64_t frame) const {
    const std::int64_t ticks_per_second = std::int64_t{1'000'000} * ticks_per_quarter / microseconds_per_quarter;
    if (ticks_per_second == rate_hz) return frame;
    // Whole seconds and the rest apart, to avoid overflow.
    return frame / rate_hz * ticks_per_second + (frame % rate_hz * ticks_per_second + rate_hz / 2) / rate_hz;
}

MidiFileWriter::MidiFileWriter(const std::filesystem::path& path, std::uint32_t rate_hz)
    : path_(path), time_(midi_file_time(rate_hz)) {
    file_.pubsetbuf(nullptr, 0);  // unbuffered: a killed program loses nothing written
    errno = 0;
    Bytes head{'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0, 0, 1};
    put_big_endian(head, time_.ticks_per_quarter, 2);
    put(head, {'M', 'T', 'r', 'k', 0, 0, 0, 11, 0, 0xff, 0x51, 3});
    put_big_endian(head, time_.microseconds_per_quarter, 3);
    events_to_ = head.size();
    put(head, {0, 0xff, 0x2f, 0});
    size_ = head.size();
    if (!file_.open(path, std::ios::in | std::ios::out | std::ios::trunc | std::ios::binary) ||
        !write_at(0, head.data(), head.size()))
        throw BadInput(path.string() + " cannot be written (" + (errno ? std::strerror(errno) : "unknown reason") +
                       "); choose another file");
}

// A pause may be longer than the longest delta: empty text events fill it.
void MidiFileWriter::fill_up_to(std::int64_t tick) {
    for (; tick - tick_ > longest_delta; tick_ += longest_delta) {
        put_quantity(waiting_, longest_delta);
        put(waiting_, {0xff, 0x01, 0});
    }
}

void MidiFileWriter::put_delta(std::int64_t frame) {
    const auto tick = std::max({time_.tick_of(frame), tick_, least_tick_});
    fill_up_to(tick);
    put_quantity(waiting_, tick - tick_);
    tick_ = tick;
}

void MidiFileWriter::add_exclusive(std::int64_t frame, std::span<const std::uint8_t> message) {
    put_delta(frame);
    waiting_.push_back(message[0]);
    put_quantity(waiting_, static_cast<std::int64_t>(message.size() - 1));
    waiting_.insert(waiting_.end(), message.begin() + 1, message.end());
    ++waiting_messages_;
}

void MidiFileWriter::add(std::int64_t frame, const ChannelMessage& message) {
    put_delta(frame);
    put(waiting_, {message.status, message.data1});
    const auto kind = message.status & 0xf0;
    if (kind != 0xc0 && kind != 0xd0) waiting_.push_back(message.data2);
    ++waiting_messages_;
}

bool MidiFileWriter::flush(std::int64_t end_frame) {
    if (!error_.empty()) return false;
    const auto end_tick = std::max({time_.tick_of(end_frame), tick_, least_tick_});
    fill_up_to(end_tick);
    Bytes bytes = waiting_;
    put_quantity(bytes, end_tick - tick_);
    put(bytes, {0xff, 0x2f, 0});
    if (events_to_ + bytes.size() - track_at > largest_track_bytes) {
        error_ = "(a MIDI file of 60 MiB is full); record into another one";
        return false;
    }

    // The new data is never shorter than the end of track that it overwrites, whose delta is no longer.
    const auto over = static_cast<std::size_t>(size_ - events_to_);
    const auto size = events_to_ + bytes.size();
    Bytes length;
    put_big_endian(length, static_cast<std::uint32_t>(size - track_at), 4);
    errno = 0;
    if (!write_at(size_, bytes.data() + over, bytes.size() - over) ||
        !write_at(track_length_at, length.data(), length.size()) || !write_at(events_to_, bytes.data(), over))
        return fail();
    events_to_ += waiting_.size();
    size_ = size;
    messages_ += waiting_messages_;
    end_frame_ = std::max(end_frame, end_frame_);
    least_tick_ = end_tick;
    waiting_.clear();
    waiting_messages_ = 0;
    return true;
}

bool MidiFileWriter::write_at(std::uint64_t place, const std::uint8_t* bytes, std::size_t count) {
    const auto wanted = static_cast<std::streamsize>(count);
    return wanted == 0 || (file_.pubseekpos(static_cast<std::streamoff>(place)) == static_cast<std::streamoff>(place) &&
                           file_.sputn(reinterpret_cast<const char*>(bytes), wanted) == wanted);
}

// The last end of track is still intact: cutting off what follows it restores the file.
bool MidiFileWriter::fail() {
    error_ = std::string("(") + (errno ? std::strerror(errno) : "unknown reason") + "); make room on the disk";
    Bytes length;
    put_big_endian(length, static_cast<std::uint32_t>(size_ - track_at), 4);
    write_at(track_length_at, length.data(), length.size());
    std::error_code ignored;
    std::filesystem::resize_file(path_, size_, ignored);
    return false;
}

}  // namespace forerun
