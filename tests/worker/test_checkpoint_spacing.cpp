// How far apart copies of a voice's state are: what they cost against what a rewind repeats.
#include "script-runtime/worker/checkpoint_spacing.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr double spaced_rate_hz = 48000;
constexpr std::int64_t spaced_depth_frames = 24000;

double spacing_quanta(double copy_quanta, double rewinds_per_second, std::int64_t depth = spaced_depth_frames) {
    return static_cast<double>(checkpoint_spacing_frames(copy_quanta, rewinds_per_second, depth, spaced_rate_hz)) /
           quantum_frames;
}

}  // namespace

TEST_CASE("the copies of a voice that is left alone have their share of its rendering, and no more") {
    for (const double copy_quanta : {0.5, 2.0, 5.0, 12.0})
        CHECK(copy_quanta / spacing_quanta(copy_quanta, 0) == Approx(idle_checkpoint_share).epsilon(0.01));
    CHECK(spacing_quanta(1e-3, 0) == 4);
    CHECK(spacing_quanta(1e3, 0) == 512);
}

TEST_CASE("the copies of a voice that is taken back often are where copies and repeated frames cost least together") {
    for (const double copy_quanta : {0.5, 2.0, 5.0}) {
        for (const double rewinds_per_second : {2.0, 10.0, 100.0}) {
            for (const std::int64_t depth : {960, 5760, 24000}) {
                const auto quanta_per_second = [&](double spacing) {
                    const double rendered = spaced_rate_hz / quantum_frames +
                                            rewinds_per_second * static_cast<double>(depth) / quantum_frames;
                    return rendered * copy_quanta / spacing + rewinds_per_second * spacing / 2;
                };
                const auto spacing = spacing_quanta(copy_quanta, rewinds_per_second, depth);
                if (spacing <= 4 || spacing >= 0.99 * copy_quanta / idle_checkpoint_share) continue;
                CAPTURE(copy_quanta, rewinds_per_second, depth, spacing);
                CHECK(quanta_per_second(spacing) <= 1.001 * quanta_per_second(spacing + 1));
                CHECK(quanta_per_second(spacing) <= 1.001 * quanta_per_second(spacing - 1));
            }
        }
    }
    CHECK(spacing_quanta(2, 100) < spacing_quanta(2, 10));
    CHECK(spacing_quanta(2, 100, 960) < spacing_quanta(2, 100));
}
