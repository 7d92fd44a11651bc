// Detects a device that has stopped calling without reporting an error. Pure: counts and times go in.
#pragma once

#include <cstdint>

namespace forerun {

class SilenceWatch {
public:
    static constexpr std::int64_t longest_nanoseconds = 2'000'000'000;

    // A device that calls again, or another one.
    void begin(std::uint64_t blocks) {
        blocks_ = blocks;
        silent_nanoseconds_ = 0;
    }
    // So many blocks were asked for by now, each so long. True: for too long there was none.
    bool is_silent(std::uint64_t blocks, std::int64_t block_nanoseconds, std::int64_t passed_nanoseconds) {
        silent_nanoseconds_ = calls_since(blocks) ? 0 : silent_nanoseconds_ + passed_nanoseconds;
        blocks_ = blocks;
        return silent_nanoseconds_ > longest_nanoseconds + 2 * block_nanoseconds;
    }
    bool calls_since(std::uint64_t blocks) const { return blocks != blocks_; }

private:
    std::uint64_t blocks_ = 0;
    std::int64_t silent_nanoseconds_ = 0;
};

}  // namespace forerun
