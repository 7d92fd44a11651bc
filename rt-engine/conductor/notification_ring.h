// The newest few thousand notifications, numbered, for any number of readers.
//
// One thread writes and never waits. Each reader has its own position (NotificationReader in rt-engine/notifications.h); one
// that falls behind by more than the ring holds loses the oldest, and learns how many. A slot is a sequence lock: its number is
// cleared before it is written, and set again afterwards.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "shared/messages/report.h"
#include "shared/metrics/metric_kinds.h"

namespace forerun {

class NotificationRing {
public:
    // `lost` counts what readers were too slow for, all readers together.
    explicit NotificationRing(SharedCounter& lost, std::size_t capacity = 4096) : slots_(capacity), lost_(lost) {}

    // [conductor]
    void push(const Notification& notification) noexcept {
        const auto number = pushed_.load(std::memory_order_relaxed);
        auto& slot = slot_of(number);
        slot.number_plus_one.store(0, std::memory_order_relaxed);
        const auto words = std::bit_cast<Words>(notification);
        // Release: a reader that sees a word sees that the number was cleared before; pairs with the acquire in try_read().
        for (std::size_t w = 0; w < words.size(); ++w) slot.words[w].store(words[w], std::memory_order_release);
        slot.number_plus_one.store(number + 1, std::memory_order_release);  // pairs with the first load in try_read()
        pushed_.store(number + 1, std::memory_order_release);               // pairs with the acquire in pushed()
    }

    // ---- [any thread]
    // How many there were so far; the number of the next.
    std::uint64_t pushed() const noexcept { return pushed_.load(std::memory_order_acquire); }
    // The oldest that is still there.
    std::uint64_t oldest() const noexcept {
        const auto next = pushed();
        return next > slots_.size() ? next - slots_.size() : 0;
    }
    // Of a number below pushed(). False: it has been overwritten.
    bool try_read(std::uint64_t number, Notification& notification) const noexcept {
        const auto& slot = slot_of(number);
        if (slot.number_plus_one.load(std::memory_order_acquire) != number + 1) return false;
        Words words;
        for (std::size_t w = 0; w < words.size(); ++w) words[w] = slot.words[w].load(std::memory_order_acquire);
        if (slot.number_plus_one.load(std::memory_order_relaxed) != number + 1) return false;
        notification = std::bit_cast<Notification>(words);
        return true;
    }
    void count_lost(std::uint64_t count) const noexcept { bump(lost_, count); }

private:
    static_assert(sizeof(Notification) % sizeof(std::uint64_t) == 0);
    using Words = std::array<std::uint64_t, sizeof(Notification) / sizeof(std::uint64_t)>;
    struct Slot {
        std::atomic<std::uint64_t> number_plus_one{0};  // 0: being written
        std::array<std::atomic<std::uint64_t>, std::tuple_size_v<Words>> words{};
    };
    Slot& slot_of(std::uint64_t number) { return slots_[number % slots_.size()]; }
    const Slot& slot_of(std::uint64_t number) const { return slots_[number % slots_.size()]; }

    std::vector<Slot> slots_;
    std::atomic<std::uint64_t> pushed_{0};
    SharedCounter& lost_;
};

}  // namespace forerun
