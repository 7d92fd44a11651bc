#include "script-runtime/voice_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace forerun {

VoiceArenas::~VoiceArenas() {
    for (auto* block : all_) ::munmap(block, bytes_);
}

std::uint8_t* VoiceArenas::map() noexcept {
    void* block = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED) return nullptr;
    all_.push_back(static_cast<std::uint8_t*>(block));
    free_.reserve(all_.size());  // so that give_back never allocates
    return all_.back();
}

std::uint8_t* VoiceArenas::take() noexcept {
    if (free_.empty()) return map();
    auto* block = free_.back();
    free_.pop_back();
    return block;
}

void VoiceArenas::give_back(std::uint8_t* block, std::size_t used_bytes) noexcept {
    if (!block) return;
    std::memset(block, 0, std::min(used_bytes, bytes_));
    free_.push_back(block);
}

void VoiceArenas::prepare(std::size_t blocks, std::size_t touched_bytes) {
    while (free_.size() < blocks) {
        auto* block = map();
        if (!block) return;
        free_.push_back(block);
    }
    for (auto* block : free_) std::memset(block, 0, std::min(touched_bytes, bytes_));
}

}  // namespace forerun
