#include "tests/bench/reference_voices.h"

#include "tests/bench/reference_voice.h"

namespace forerun {
namespace {

// Kept apart from the sum: together g++ 12 makes code of half the speed.
[[gnu::noinline]] void render_quantum(ReferenceVoice& voice, float* out) { voice.render(out, 64); }

}  // namespace

struct ReferenceVoices::Impl {
    std::vector<ReferenceVoice> voices;
    float quantum[64];
};

ReferenceVoices::ReferenceVoices(int count, double rate_hz) : impl_(std::make_unique<Impl>()) {
    impl_->voices.resize(static_cast<std::size_t>(count));
    for (int v = 0; v < count; ++v)
        impl_->voices[static_cast<std::size_t>(v)].start(440 * std::exp2((v + 24 - 69) / 12.0), 0.8, rate_hz);
}
ReferenceVoices::~ReferenceVoices() = default;

void ReferenceVoices::render(float* sum) {
    for (auto& voice : impl_->voices) {
        render_quantum(voice, impl_->quantum);
        for (int i = 0; i < 64; ++i) sum[i] += impl_->quantum[i];
    }
}

}  // namespace forerun
