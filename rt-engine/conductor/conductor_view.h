// The conductor's state for other threads to read. Each value is up to date by itself, but values are not consistent with
// each other, except that a slot's note is stored before its serial number.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "rt-engine/forerun.h"

namespace forerun {

class ConductorView {
public:
    explicit ConductorView(std::uint32_t slots) : slots_(std::make_unique<SlotWord[]>(slots)) {}

    struct SlotWord {
        std::atomic<std::uint64_t> serial{0};
        std::atomic<std::uint32_t> note{0};  // instrument << 16 | stopped << 15 | channel << 8 | key
    };

    // ---- [any thread]
    const SlotWord& slot(std::uint32_t slot) const { return slots_[slot]; }
    // Events not yet handed over, and slots in use.
    std::uint64_t pending_events() const { return pending_events_.load(std::memory_order_relaxed); }
    std::uint64_t used_slots() const { return used_slots_.load(std::memory_order_relaxed); }
    // The controller that was moved last, and which rig of a set gets the notes.
    ControllerMove last_move() const { return ControllerMove::unpacked(last_move_.load(std::memory_order_relaxed)); }
    std::uint16_t used_rig() const { return used_rig_.load(std::memory_order_relaxed); }

    // ---- [conductor]
    void show_note(std::uint32_t slot, std::uint16_t instrument, std::uint8_t channel, std::uint8_t key) {
        slots_[slot].note.store(std::uint32_t{instrument} << 16 | std::uint32_t{channel} << 8 | key,
                                std::memory_order_relaxed);
    }
    // Release: a reader that sees the serial number sees its note.
    void show_serial(std::uint32_t slot, std::uint64_t serial) {
        slots_[slot].serial.store(serial, std::memory_order_release);
    }
    void show_stopped(std::uint32_t slot) { slots_[slot].note.fetch_or(1u << 15, std::memory_order_relaxed); }
    void show_free(std::uint32_t slot) {
        if (slots_[slot].serial.load(std::memory_order_relaxed) != 0) show_serial(slot, 0);
    }
    void show_counts(std::uint64_t pending_events, std::uint64_t used_slots) {
        used_slots_.store(used_slots, std::memory_order_relaxed);
        pending_events_.store(pending_events, std::memory_order_relaxed);
    }
    void show_used_rig(std::uint16_t number) { used_rig_.store(number, std::memory_order_relaxed); }
    // The move's count is one more than that of the move before.
    void show_move(ControllerMove move) {
        move.count = last_move().count + 1;
        last_move_.store(move.packed(), std::memory_order_relaxed);
    }

private:
    const std::unique_ptr<SlotWord[]> slots_;
    std::atomic<std::uint64_t> pending_events_{0}, used_slots_{0}, last_move_{0};
    std::atomic<std::uint16_t> used_rig_{0};
};

}  // namespace forerun
