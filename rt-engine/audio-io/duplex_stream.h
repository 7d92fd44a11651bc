// Sound out and in at once, on one thread of the driver's: for measuring what comes back, not for playing an engine.
//
// A stream is opened running and silent; start() gives it a callback. Two ways: JACK, as a client of our own
// (jack_duplex.h), and any other host API through PortAudio (portaudio_duplex.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace forerun {

// One callback's samples, a pointer per channel, `frames` each. With JACK an input may be the very memory of an output that
// it is connected to, so inputs are read before outputs are written.
struct DuplexBlock {
    std::span<const float* const> in;
    std::span<float* const> out;
    std::int64_t frames = 0;
    std::int64_t frame = 0;  // of the first sample since start(); it jumps where the driver says that blocks were lost
};

class DuplexStream {
public:
    // [driver's thread]
    using Callback = void (*)(void* user, const DuplexBlock& block) noexcept;

    virtual ~DuplexStream() = default;

    virtual std::string name() const = 0;
    virtual double rate_hz() const = 0;
    virtual std::int64_t block_frames() const = 0;
    // Owner's thread; start() once. After stop() no callback runs; it may be called twice.
    virtual void start(Callback callback, void* user) = 0;
    virtual void stop() noexcept = 0;

    // False when it ended by itself. [any thread]
    virtual bool running() const noexcept = 0;
    // How often the driver said that sound was lost, since it was opened. [any thread]
    virtual std::uint64_t xruns() const noexcept = 0;
};

}  // namespace forerun
