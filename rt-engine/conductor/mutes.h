// Mute and solo of instruments, and mute of all. Only gains change: a muted voice goes on rendering, and is audible again at
// its current position.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace forerun {

// [conductor]
class Mutes {
public:
    explicit Mutes(std::size_t instruments) : muted_(instruments), solo_(instruments) {}

    // Each returns whether a gain has changed.
    bool mute(std::size_t instrument, bool silent) { return set(muted_, instrument, silent); }
    bool solo(std::size_t instrument, bool alone) { return set(solo_, instrument, alone); }

    bool is_heard(std::size_t instrument) const {
        if (muted_[instrument]) return false;
        return solo_[instrument] || std::ranges::find(solo_, true) == solo_.end();
    }

    void mute_all(bool silent) { all_muted_ = silent; }
    bool all_muted() const { return all_muted_; }

private:
    static bool set(std::vector<bool>& flags, std::size_t instrument, bool flag) {
        if (instrument >= flags.size() || flags[instrument] == flag) return false;
        flags[instrument] = flag;
        return true;
    }

    std::vector<bool> muted_, solo_;
    bool all_muted_ = false;
};

}  // namespace forerun
