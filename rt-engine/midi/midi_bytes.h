// Parses a stream of MIDI bytes from a driver into messages: running status, real-time bytes inside other messages, system
// exclusive messages of a usual length. Incomplete or invalid data is dropped and counted.
//
// MIDI 1.0 Detailed Specification 4.2, "data format" and the receiver of appendix A-2. Belongs to one thread, which may be a
// driver's: allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace forerun {

// A complete message: channel (0x80..0xef), system common without exclusive (0xf1..0xf6) or real time (0xf8..0xff).
struct MidiBytesMessage {
    std::uint8_t status = 0;
    std::uint8_t data1 = 0;  // 0..127, 0 where the message has none
    std::uint8_t data2 = 0;
};

class MidiBytes {
public:
    // Calls sink(const MidiBytesMessage&) for every message that the bytes complete.
    template <typename Sink>
    void take(std::span<const std::uint8_t> bytes, Sink&& sink) {
        take(bytes, sink, [](std::span<const std::uint8_t>) {});
    }
    // Also calls exclusive(the bytes between F0 and F7) for every complete exclusive message. Those longer than most_exclusive
    // are data for other instruments and are skipped.
    template <typename Sink, typename Exclusive>
    void take(std::span<const std::uint8_t> bytes, Sink&& sink, Exclusive&& exclusive) {
        for (const auto byte : bytes) {
            if (exclusive_ && byte == 0xf7 && exclusive_count_ <= most_exclusive)
                exclusive(std::span<const std::uint8_t>(exclusive_data_.data(), exclusive_count_));
            if (take(byte)) sink(std::as_const(message_));
        }
    }
    static constexpr std::size_t most_exclusive = 256;
    // Data bytes outside any message, and messages that another one cut off.
    std::uint64_t dropped() const { return dropped_; }

private:
    // True when message_ is complete.
    bool take(std::uint8_t byte) {
        if (byte >= 0xf8) {  // may occur anywhere; the interrupted message continues
            message_ = {byte, 0, 0};
            return byte != 0xf9 && byte != 0xfd;  // undefined ones
        }
        if (byte >= 0x80) return take_status(byte);
        if (length_ == 0) {
            if (!exclusive_) ++dropped_;
            if (exclusive_ && exclusive_count_ < most_exclusive) exclusive_data_[exclusive_count_] = byte;
            if (exclusive_ && exclusive_count_ <= most_exclusive) ++exclusive_count_;
            return false;
        }
        data_[count_++] = byte;
        if (count_ < length_) return false;
        message_ = {status_, data_[0], length_ == 2 ? data_[1] : std::uint8_t{0}};
        count_ = 0;
        if (status_ >= 0xf0) length_ = 0;  // no running status
        return true;
    }

    bool take_status(std::uint8_t byte) {
        dropped_ += count_ != 0 ? 1 : 0;
        count_ = 0;
        status_ = byte;
        exclusive_ = byte == 0xf0;
        exclusive_count_ = 0;
        length_ = length_of(byte);
        message_ = {byte, 0, 0};
        return byte == 0xf6;  // tune request: has no data
    }

    static std::uint8_t length_of(std::uint8_t status) {
        if (status < 0xf0) return (status & 0xe0) == 0xc0 ? 1 : 2;  // program and channel pressure have one byte
        if (status == 0xf2) return 2;
        return status == 0xf1 || status == 0xf3 ? 1 : 0;
    }

    MidiBytesMessage message_;
    std::array<std::uint8_t, 2> data_{};
    std::uint8_t status_ = 0;
    std::uint8_t length_ = 0;  // data bytes of the current message; 0: there is none
    std::uint8_t count_ = 0;
    bool exclusive_ = false;
    std::array<std::uint8_t, most_exclusive> exclusive_data_{};
    std::size_t exclusive_count_ = 0;  // more than most_exclusive: too long
    std::uint64_t dropped_ = 0;
};

}  // namespace forerun
