#include "script-runtime/host/voice_arena.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#endif

namespace forerun {
namespace {

// Zeroed address space, in memory only where it is touched.
#if defined(__unix__) || defined(__APPLE__)
void* map_block(std::size_t bytes) noexcept {
    void* block = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return block == MAP_FAILED ? nullptr : block;
}
void unmap_block(void* block, std::size_t bytes) noexcept { ::munmap(block, bytes); }
#else
void* map_block(std::size_t bytes) noexcept { return std::calloc(bytes, 1); }
void unmap_block(void* block, std::size_t) noexcept { std::free(block); }
#endif

}  // namespace

VoiceArenas::~VoiceArenas() {
    for (auto* block : all_) unmap_block(block, bytes_);
}

std::uint8_t* VoiceArenas::map() noexcept {
    void* block = map_block(bytes_);
    if (block == nullptr) return nullptr;
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

void VoiceArenas::prepare(std::size_t blocks, std::size_t first_byte, std::size_t touched_bytes) {
    while (free_.size() < blocks) {
        auto* block = map();
        if (!block) return;
        free_.push_back(block);
    }
    for (auto* block : free_) std::memset(block + first_byte, 0, std::min(touched_bytes, bytes_ - first_byte));
}

}  // namespace forerun
