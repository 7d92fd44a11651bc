// One callback shared by several devices, one at a time: the device that has the turn plays, the others play silence
// (audio_turn.h). A device that gets the turn fades in.
//
// Only the owner's thread passes the turn; no thread waits.
#pragma once

#include <cstdint>
#include <memory>

#include "rt-engine/audio-io/audio_turn.h"
#include "rt-engine/audio-io/device.h"

namespace forerun {

class CallbackRelay {
public:
    CallbackRelay(std::uint32_t channels, std::int64_t fade_frames) : channels_(channels), fade_frames_(fade_frames) {}

    // A device and who its thread is. Every opening has a number of its own, so that an old thread is never a new one.
    struct Seat {
        CallbackRelay* relay = nullptr;
        std::uint32_t number = 0;
        std::int64_t faded_frames = 0;  // [its thread, in its turn]; the owner sets it before it passes the turn
        std::unique_ptr<Device> device;
    };
    std::unique_ptr<Seat> seated(std::unique_ptr<Device> device);

    // Before the first turn.
    void set_callback(Device::Callback callback, void* user) {
        callback_ = callback;
        user_ = user;
    }
    // Starts the device; it plays silence until it has the turn. Throws BadInput when it refuses.
    static void start(Seat& seat) { seat.device->start(call, &seat); }

    // Next time that it has the turn: fades in, or begins as it is.
    static void will_fade_in(Seat& seat) { seat.faded_frames = 0; }
    void will_not_fade_in(Seat& seat) const { seat.faded_frames = fade_frames_; }

    // False: a block is being mixed just now; nothing has changed then.
    bool try_pass_to(const Seat& seat) { return try_pass_to(seat.number); }
    // The same: from then on no device calls back.
    bool try_end() { return try_pass_to(AudioTurn::nobody); }

private:
    static void call(void* seat, const float* in, float* out, std::int64_t frames) noexcept;
    void fade_in(Seat& seat, float* out, std::int64_t frames) const noexcept;
    bool try_pass_to(std::uint32_t number);

    const std::uint32_t channels_;
    const std::int64_t fade_frames_;
    Device::Callback callback_ = nullptr;
    void* user_ = nullptr;
    AudioTurn turn_;
    std::uint32_t turn_number_ = AudioTurn::nobody;  // as turn_ has it
    std::uint32_t seats_ = 0;                        // numbers given
};

}  // namespace forerun
