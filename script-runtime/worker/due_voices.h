// The voices that need rendering, neediest first.
//
// A heap: a worker with hundreds of voices finds the next one in a few steps. Scanning all of them before every quantum would
// cost more than the quantum, and most when all rings run low.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace forerun {

struct WorkedVoice;

struct DueVoice {
    std::int64_t rendered_until = 0;  // engine frame
    int priority = 0;
    WorkedVoice* voice = nullptr;
};

// Belongs to the worker's thread.
class DueVoices {
public:
    void clear() { heap_.clear(); }
    bool empty() const { return heap_.empty(); }

    void add(const DueVoice& due) {
        heap_.push_back(due);
        std::ranges::push_heap(heap_, is_less_needy);
    }
    void remove(const WorkedVoice& voice) {
        const auto found = std::ranges::find(heap_, &voice, &DueVoice::voice);
        if (found == heap_.end()) return;
        heap_.erase(found);
        std::ranges::make_heap(heap_, is_less_needy);
    }

    // Not of an empty one.
    const DueVoice& neediest() const { return heap_.front(); }
    // Of the others, up to where the neediest is rendered; INT64_MAX when there are none.
    std::int64_t neediest_until(const WorkedVoice& but) const {
        if (empty()) return INT64_MAX;
        if (heap_.front().voice != &but) return heap_.front().rendered_until;
        auto until = INT64_MAX;
        for (std::size_t child = 1; child < std::min<std::size_t>(3, heap_.size()); ++child)
            until = std::min(until, heap_[child].rendered_until);
        return until;
    }
    void take() {
        std::ranges::pop_heap(heap_, is_less_needy);
        heap_.pop_back();
    }

private:
    // The least rendered comes first; of two alike the more important.
    static bool is_less_needy(const DueVoice& a, const DueVoice& b) {
        return a.rendered_until != b.rendered_until ? a.rendered_until > b.rendered_until : a.priority < b.priority;
    }

    std::vector<DueVoice> heap_;
};

}  // namespace forerun
