// The reference voice in C++, for the CPU that the benchmark runs on: what a compiler makes of the same algorithm.
#pragma once

#include <memory>
#include <vector>

namespace forerun {

class ReferenceVoices {
public:
    ReferenceVoices(int count, double rate_hz);
    ~ReferenceVoices();
    // Adds the next 64 frames of every voice to `sum`.
    void render(float* sum);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace forerun
