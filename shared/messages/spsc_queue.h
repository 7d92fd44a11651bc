// A queue of plain messages from one thread to one other, in memory owned elsewhere (the SharedState block).
//
// Capacity is a power of two. push and pop never wait; full and empty are ordinary results and leave everything unchanged.
// A full queue is counted by the writer, which keeps the message and tries again.
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "shared/threads/single_writer.h"

namespace forerun {

// The part that lies in SharedState, followed there by `capacity` messages.
struct QueueHeader {
    alignas(64) std::atomic<std::uint64_t> written{0};  // by the writer
    alignas(64) std::atomic<std::uint64_t> read{0};     // by the reader
    alignas(64) Counter refused;                        // by the writer: pushes that found the queue full
    std::uint32_t capacity = 0;                         // set once before both threads start
    std::atomic<std::uint32_t> has_writer{0};           // 1 from when the one writer was made
};

template <typename Message>
class QueueView {
    static_assert(std::is_trivially_copyable_v<Message>);

public:
    QueueView() = default;
    QueueView(QueueHeader* header, Message* messages) : header_(header), messages_(messages) {}

    // Pushes that found it full. [any thread]
    std::uint64_t refused() const noexcept { return header_->refused; }

protected:
    QueueHeader* header_ = nullptr;
    Message* messages_ = nullptr;
};

template <typename Message>
class QueueWriter : public QueueView<Message> {
public:
    using QueueView<Message>::QueueView;
    QueueWriter() = default;
    // Move-only: a queue has one.
    QueueWriter(QueueWriter&&) noexcept = default;
    QueueWriter& operator=(QueueWriter&&) noexcept = default;
    QueueWriter(const QueueWriter&) = delete;
    QueueWriter& operator=(const QueueWriter&) = delete;

    // [the one writing thread]
    bool try_push(const Message& message) noexcept {
        auto& h = *this->header_;
        const auto written = h.written.load(std::memory_order_relaxed);
        // Acquire: pairs with the release in QueueReader::try_pop, so the slot's old message has been copied out.
        if (written - h.read.load(std::memory_order_acquire) == h.capacity) {
            bump(h.refused);
            return false;
        }
        this->messages_[written & (h.capacity - 1)] = message;
        // Release: pairs with the acquire in QueueReader::try_pop.
        h.written.store(written + 1, std::memory_order_release);
        return true;
    }
};

template <typename Message>
class QueueReader : public QueueView<Message> {
public:
    using QueueView<Message>::QueueView;

    // [the one reading thread]
    bool try_pop(Message& message) noexcept {
        auto& h = *this->header_;
        const auto read = h.read.load(std::memory_order_relaxed);
        // Acquire: pairs with the release in QueueWriter::try_push.
        if (read == h.written.load(std::memory_order_acquire)) return false;
        message = this->messages_[read & (h.capacity - 1)];
        // Release: pairs with the acquire in QueueWriter::try_push.
        h.read.store(read + 1, std::memory_order_release);
        return true;
    }
};

}  // namespace forerun
