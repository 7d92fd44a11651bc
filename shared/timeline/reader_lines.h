// The reader lines of a voice's timelines, combined for its worker: all readers, or any of them.
//
// Only those that are attached count, and of these only those that have not released the generation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "shared/timeline/voice_line.h"
#include "shared/timeline/voice_word.h"

namespace forerun {

// [worker thread]
class ReaderLines {
public:
    // `lines`: max_readers of them, of one slot.
    ReaderLines(const ReaderLine* lines, AttachedReaders readers) : lines_(lines), readers_(readers) {}

    // Each reads the timeline of this word and no other: the ring before it may be written. The word as it stands when taken.
    bool acknowledged(const VoiceWord& taken) const {
        return all([&](const ReaderLine& line) {
            // Acquire, both: pair with the reader's release after its last read of the ring before.
            return line.acknowledged_word.load(std::memory_order_acquire) == taken.packed() || released(line);
        });
    }
    // No reader will read this generation again.
    bool released() const {
        return all([&](const ReaderLine& line) { return released(line); });
    }
    // A reader waits for a skip.
    bool any_dry() const {
        return !all([&](const ReaderLine& line) {
            // Acquire: pairs with TimelineReader::run_dry, and with the take that ends it.
            return line.dry_generation_plus_one.load(std::memory_order_acquire) != readers_.generation + 1u;
        });
    }

private:
    bool released(const ReaderLine& line) const {
        return line.released_generation_plus_one.load(std::memory_order_acquire) == readers_.generation + 1u;
    }
    template <typename Condition>
    bool all(Condition condition) const {
        for (std::size_t r = 0; r < max_readers; ++r)
            if ((readers_.mask >> r & 1u) != 0 && !condition(lines_[r])) return false;
        return true;
    }

    const ReaderLine* lines_;
    AttachedReaders readers_;
};

}  // namespace forerun
