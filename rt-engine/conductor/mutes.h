// Who is silent: instruments that were muted, those beside one that plays solo, or all of them. It is a matter of gains:
// voices go on, and are heard again where they are by then.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace forerun {

// [conductor]
class Mutes {
public:
    explicit Mutes(std::size_t instruments) : muted_(instruments), solo_(instruments) {}

    // Each says whether somebody's gain is another now.
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
