// Memory for voices' dsp objects: one block of address space per sounding voice, touched only as far as it is used, and zeroed
// when taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace forerun {

// [one thread] Blocks are reused; none is returned to the system before destruction.
class VoiceArenas {
public:
    explicit VoiceArenas(std::size_t bytes) : bytes_(bytes) {}
    ~VoiceArenas();
    VoiceArenas(const VoiceArenas&) = delete;
    VoiceArenas& operator=(const VoiceArenas&) = delete;

    // A zeroed block of bytes(); nullptr when the system has no memory.
    std::uint8_t* take() noexcept;
    // `used_bytes`: how much of the block may be nonzero. Only that part is cleared.
    void give_back(std::uint8_t* block, std::size_t used_bytes) noexcept;
    // Prepares at least `blocks`, with `touched_bytes` of each from `first_byte` on in memory.
    void prepare(std::size_t blocks, std::size_t first_byte, std::size_t touched_bytes);
    std::size_t bytes() const noexcept { return bytes_; }

private:
    std::uint8_t* map() noexcept;
    std::size_t bytes_;
    std::vector<std::uint8_t*> all_;
    std::vector<std::uint8_t*> free_;
};

}  // namespace forerun
