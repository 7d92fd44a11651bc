// Flushes denormal numbers to zero, which otherwise take a hundred times longer on most CPUs. Threads that render or mix do it,
// and every thread before it loads Lua, so that all threads round in the same way.
#pragma once

#if defined(__SSE__) || defined(__x86_64__)
#include <xmmintrin.h>
#endif
#include <cstdint>

namespace forerun {

// [any thread] Flushes denormals on the calling thread until the guard ends, then restores what was set before.
class FlushDenormals {
public:
    FlushDenormals() : before_(read()) { write(before_ | flush_bits); }
    ~FlushDenormals() { write(before_); }
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

private:
#if defined(__SSE__) || defined(__x86_64__)
    static constexpr std::uint64_t flush_bits = 0x8040;  // FTZ | DAZ of MXCSR
    static std::uint64_t read() { return _mm_getcsr(); }
    static void write(std::uint64_t bits) { _mm_setcsr(static_cast<unsigned>(bits)); }
#elif defined(__aarch64__)
    static constexpr std::uint64_t flush_bits = 1u << 24;  // FZ of FPCR
    static std::uint64_t read() {
        std::uint64_t bits;
        asm volatile("mrs %0, fpcr" : "=r"(bits));
        return bits;
    }
    static void write(std::uint64_t bits) { asm volatile("msr fpcr, %0" : : "r"(bits)); }
#else
    static constexpr std::uint64_t flush_bits = 0;
    static std::uint64_t read() { return 0; }
    static void write(std::uint64_t) {}
#endif
    std::uint64_t before_;
};

}  // namespace forerun
