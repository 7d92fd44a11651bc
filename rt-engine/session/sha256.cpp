#include "rt-engine/session/sha256.h"

#include <nettle/sha2.h>

#include <fstream>
#include <vector>

namespace forerun {
namespace {

class Hasher {
public:
    Hasher() { sha256_init(&context_); }
    void add(std::span<const std::byte> bytes) {
        sha256_update(&context_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
    }
    Sha256 digest() {
        Sha256 digest;
        sha256_digest(&context_, digest.size(), digest.data());
        return digest;
    }

private:
    sha256_ctx context_;
};

}  // namespace

Sha256 sha256_of(std::span<const std::byte> first, std::span<const std::byte> second) {
    Hasher hasher;
    hasher.add(first);
    hasher.add(second);
    return hasher.digest();
}

std::string hex(const Sha256& digest) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::string sha256_of_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return {};
    Hasher hasher;
    std::vector<char> piece(1 << 16);
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
        hasher.add(std::as_bytes(std::span(piece)).first(static_cast<std::size_t>(in.gcount())));
    return hex(hasher.digest());
}

}  // namespace forerun
