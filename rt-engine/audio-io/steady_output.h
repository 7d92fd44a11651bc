// An output that continues when its device fails.
//
// While the device works it calls. When it stops by itself (unplugged, its server ended), or does not call for two seconds, the
// clock takes over: there is no sound, but notes, time and recordings go on. Every second the device is opened again; it comes
// back with the engine's rate and at most max_block_frames, and fades in. One that only fell silent comes back as soon as it
// calls again. An old device's thread that still calls plays silence (callback_relay.h).
//
//   SteadyOutput output(open_device(request), limits);
//   output.start(callback, user);
//   for (const auto& line : output.update(monotonic_nanoseconds())) print(line.text);   // every few milliseconds
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/audio-io/callback_relay.h"
#include "rt-engine/audio-io/device.h"
#include "rt-engine/audio-io/silence_watch.h"

namespace forerun {

// [one thread, but for the callback]
class SteadyOutput {
public:
    static constexpr std::int64_t retry_nanoseconds = 1'000'000'000;
    static constexpr double fade_in_seconds = 0.02;

    // What the engine was made for: a device that comes back has to fit.
    struct Fit {
        double rate_hz = 0;
        std::int64_t block_frames = 0;  // of the clock that takes over
        std::int64_t max_block_frames = 0;
        std::uint32_t channels = 0;
        std::uint32_t input_channels = 0;
    };
    using Open = std::function<std::unique_ptr<Device>(const Fit&)>;

    // `open_clock` makes what takes over; it never fails.
    SteadyOutput(std::unique_ptr<Device> device, const Fit& fit, Open open_clock = open_real_clock);
    ~SteadyOutput();
    SteadyOutput(const SteadyOutput&) = delete;
    SteadyOutput& operator=(const SteadyOutput&) = delete;

    // The callback may be called with any number of frames. Throws BadInput when the device refuses.
    void start(Device::Callback callback, void* user);
    // After it no callback runs; may be called twice. Devices are closed by the destructor, for a frozen server holds up who
    // closes its client.
    void stop() noexcept;

    // Looks after the device. Lines for the performer.
    struct Line {
        std::string text;
        bool is_loss = false;
    };
    std::vector<Line> update(std::int64_t now_nanoseconds);

    const std::string& name() const { return name_; }  // of the device that was wished for
    bool on_clock() const { return on_clock_; }        // because the device went
    double latency_seconds() const { return latency_seconds_; }
    Scheduling scheduling() const { return current().device->scheduling(); }
    DeviceStatistics statistics() const;  // of all that called

private:
    using Seat = CallbackRelay::Seat;

    static std::unique_ptr<Device> open_real_clock(const Fit& fit);
    const Seat& current() const { return on_clock_ ? *clock_ : *sound_; }
    bool fell_silent(std::int64_t passed_nanoseconds);
    void take_clock();
    void leave(std::unique_ptr<Seat>& seat);
    void come_back(std::vector<Line>& lines);
    void try_again(std::vector<Line>& lines);
    void refuse(const std::string& why, std::vector<Line>& lines);

    const Fit fit_;
    const Open open_clock_;
    const std::string name_;
    const double latency_seconds_;
    const Reopen reopen_;  // or none
    CallbackRelay relay_;
    std::unique_ptr<Seat> sound_;  // none: it has gone
    std::unique_ptr<Seat> clock_;
    bool on_clock_ = false;
    bool started_ = false;
    std::int64_t last_update_nanoseconds_ = 0;
    std::int64_t next_try_nanoseconds_ = 0;
    SilenceWatch watch_;
    std::string refusal_;  // the last that was reported
    DeviceStatistics left_;
};

}  // namespace forerun
