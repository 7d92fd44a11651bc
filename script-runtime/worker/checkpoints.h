// One voice's checkpoints, ordered by frame: when the next one is due, which one a rewind goes back to, which are kept.
//
//   oldest ──spacing──> … ──spacing──> newest ──> position, where the voice is rendered
//
// The newest one at or before an event's frame is where the rewind for that event begins, so of those that lie behind what
// an event may still ask for, the newest stays. How far apart they are follows from what one costs (checkpoint_spacing.h)
// and from their share of memory. Their memory is used again: it comes from the worker's pool and goes back there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/checkpoint_spacing.h"
#include "shared/time/quantum.h"

namespace forerun {

// Checkpoints of all voices of a worker that are not in use. Belongs to the worker's thread.
class CheckpointPool {
public:
    std::unique_ptr<Checkpoint> take() {
        if (unused_.empty()) return std::make_unique<Checkpoint>();
        auto checkpoint = std::move(unused_.back());
        unused_.pop_back();
        return checkpoint;
    }
    void give_back(std::unique_ptr<Checkpoint> checkpoint) { unused_.push_back(std::move(checkpoint)); }

private:
    std::vector<std::unique_ptr<Checkpoint>> unused_;
};

class Checkpoints {
public:
    bool empty() const { return all_.empty(); }
    std::size_t size() const { return all_.size(); }
    const Checkpoint& oldest() const { return *all_.front(); }  // not of none
    const Checkpoint& newest() const { return *all_.back(); }
    std::int64_t spacing_frames() const { return spacing_frames_; }
    // Whether one leads back to this instance of a script.
    bool lead_to(const Instance* instance) const {
        return std::ranges::any_of(all_, [&](const auto& checkpoint) { return leads_to(*checkpoint, instance); });
    }
    static bool leads_to(const Checkpoint& checkpoint, const Instance* instance) {
        return checkpoint.instance == instance || (checkpoint.leaving && checkpoint.leaving->instance == instance);
    }
    template <typename Visit>
    void for_each(Visit visit) {
        for (auto& checkpoint : all_) visit(*checkpoint);
    }

    // Before the quantum at this voice frame is rendered.
    bool is_due(std::int64_t position) const { return empty() || position >= newest().frame + spacing_frames_; }
    // Behind all others.
    void add(std::unique_ptr<Checkpoint> checkpoint) { all_.push_back(std::move(checkpoint)); }
    // What the newest one took. A stretch in which the system ran something else counts little.
    void count_cost(std::int64_t took_nanoseconds) {
        const auto nanoseconds = static_cast<double>(took_nanoseconds);
        if (nanoseconds_ == 0)
            nanoseconds_ = std::min(nanoseconds, 1e4);
        else
            nanoseconds_ += 0.2 * (std::min(nanoseconds, 4 * nanoseconds_) - nanoseconds_);
    }

    // As close as the time and the memory allow that this voice's checkpoints may take.
    struct Bounds {
        double quantum_nanoseconds = 0;  // what a quantum takes
        double rewinds_per_second = 0;
        std::int64_t depth_frames = 0;       // of the voice at present
        std::int64_t most_depth_frames = 0;  // of any voice
        std::uint64_t bytes = 0;             // of this voice's checkpoints together
        double rate_hz = 0;
    };
    void space(const Bounds& bounds) {
        if (empty() || bounds.quantum_nanoseconds == 0) return;
        const auto by_time = checkpoint_spacing_frames(nanoseconds_ / std::max(bounds.quantum_nanoseconds, 200.0),
                                                       bounds.rewinds_per_second, bounds.depth_frames, bounds.rate_hz);
        const auto bytes = newest().arena_bytes + 1024u;
        const auto most = std::max<std::uint64_t>(4, bounds.bytes / bytes) - 2;
        const auto by_memory = bounds.most_depth_frames / static_cast<std::int64_t>(most);
        spacing_frames_ = std::min(std::max(by_memory, by_time), most_checkpoint_spacing_frames);
    }

    void drop_all(CheckpointPool& pool) { drop(0, all_.size(), pool); }
    // All from which this frame need not be reached: all but the newest of those at or before it.
    void drop_before(std::int64_t frame, CheckpointPool& pool) {
        std::size_t old = 0;
        while (old + 1 < all_.size() && all_[old + 1]->frame <= frame) ++old;
        drop(0, old, pool);
    }
    // So that the newest one is the newest at or before this frame; the oldest stays in any case.
    void drop_after(std::int64_t frame, CheckpointPool& pool) {
        auto kept = all_.size();
        while (kept > 1 && all_[kept - 1]->frame > frame) --kept;
        drop(kept, all_.size() - kept, pool);
    }
    void drop_all_but_oldest(CheckpointPool& pool) {
        if (all_.size() > 1) drop(1, all_.size() - 1, pool);
    }
    // From the oldest on, as long as they are of no use. True: there were such.
    template <typename Useless>
    bool drop_while(Useless is_useless, CheckpointPool& pool) {
        std::size_t useless = 0;
        while (useless < all_.size() && is_useless(*all_[useless])) ++useless;
        drop(0, useless, pool);
        return useless != 0;
    }

private:
    void drop(std::size_t first, std::size_t count, CheckpointPool& pool) {
        const auto from = all_.begin() + static_cast<std::ptrdiff_t>(first);
        const auto to = from + static_cast<std::ptrdiff_t>(count);
        for (auto checkpoint = from; checkpoint != to; ++checkpoint) pool.give_back(std::move(*checkpoint));
        all_.erase(from, to);
    }

    std::vector<std::unique_ptr<Checkpoint>> all_;
    std::int64_t spacing_frames_ = 8 * quantum_frames;
    double nanoseconds_ = 0;  // what one takes, smoothed; 0: not known yet
};

}  // namespace forerun
