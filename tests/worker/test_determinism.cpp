// ctest: timeout=180
// The same piece gives the same bits, whatever the number of workers, the block, the depth, and with the JIT off.
#include <cmath>
#include <cstring>

#include "tests/scenes/catch.h"
#include "tests/scenes/rendered_piece.h"

using namespace forerun;

namespace {

// The loudest part of the example with few voices: notes are stolen all the time.
Piece crowded() {
    Piece piece;
    piece.from_seconds = 60;
    piece.seconds = 4;
    return piece;
}

Configuration few_voices() {
    auto c = offline_configuration();
    c.voices = 10;
    c.reserve_voices = 4;
    return c;
}

bool same_bits(const RenderedPiece& a, const RenderedPiece& b) {
    return a.samples.size() == b.samples.size() &&
           std::memcmp(a.samples.data(), b.samples.data(), a.samples.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("workers, blocks and depths do not change a bit, stealing included") {
    const auto reference = render_piece(few_voices(), crowded());
    REQUIRE(reference.errors.empty());
    REQUIRE(reference.stolen > 10);
    REQUIRE(reference.underruns == 0);
    float peak = 0;
    for (const float sample : reference.samples) peak = std::max(peak, std::abs(sample));
    REQUIRE(peak > 0.05f);

    struct Variant {
        std::uint32_t workers;
        std::int64_t block, depth;
    };
    for (const auto v : {Variant{2, 256, 24000}, Variant{1, 1, 24000}, Variant{2, 64, 512}, Variant{1, 333, 512},
                         Variant{2, 1024, 512}, Variant{3, 4096, 24000}}) {
        INFO("workers " << v.workers << ", block " << v.block << ", depth " << v.depth);
        auto c = few_voices();
        c.workers = v.workers;
        c.block_frames = v.block;
        c.depth_frames = v.depth;
        const auto rendered = render_piece(c, crowded());
        CHECK(rendered.stolen == reference.stolen);
        CHECK(rendered.dropped == reference.dropped);
        CHECK(same_bits(reference, rendered));
    }
}

TEST_CASE("compiled and interpreted scripts render the same bits") {
    auto piece = crowded();
    piece.seconds = 1;
    auto interpreted = few_voices();
    interpreted.jit = false;
    CHECK(same_bits(render_piece(few_voices(), piece), render_piece(interpreted, piece)));
}

TEST_CASE("another seed gives another rendering") {
    auto piece = crowded();
    piece.seconds = 1;
    auto other = few_voices();
    other.seed = 2;
    CHECK_FALSE(same_bits(render_piece(few_voices(), piece), render_piece(other, piece)));
}
