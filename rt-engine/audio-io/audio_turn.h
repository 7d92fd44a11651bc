// Decides which device may call the mixer, when the threads of several devices could.
//
// One word holds the current device and whether its thread is inside. A thread enters only by a compare-exchange from "current,
// nobody inside"; the turn passes on only by one from "previous, nobody inside". So two threads are never inside at once,
// whatever an old driver still does, and no thread waits.
#pragma once

#include <atomic>
#include <cstdint>

namespace forerun {

class AudioTurn {
public:
    static constexpr std::uint32_t nobody = 0;

    // [a device's audio thread] True: inside, alone, until leave(). False: not its turn.
    bool try_enter(std::uint32_t device) noexcept {
        auto expected = device << 1;
        // Acquire: pairs with the release in leave() and try_pass(); what the last one inside wrote is seen.
        return word_.compare_exchange_strong(expected, device << 1 | 1, std::memory_order_acquire,
                                             std::memory_order_relaxed);
    }
    // Only by the thread inside.
    void leave(std::uint32_t device) noexcept { word_.store(device << 1, std::memory_order_release); }

    // [owner] False: it is not the turn of `from`, or its thread is inside now; nothing has changed then.
    bool try_pass(std::uint32_t from, std::uint32_t to) noexcept {
        auto expected = from << 1;
        // Acquire: pairs with leave(). Release: pairs with try_enter() of `to`.
        return word_.compare_exchange_strong(expected, to << 1, std::memory_order_acq_rel, std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint32_t> word_{nobody};
};

}  // namespace forerun
