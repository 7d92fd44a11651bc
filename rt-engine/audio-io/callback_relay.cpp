#include "rt-engine/audio-io/callback_relay.h"

#include <algorithm>

namespace forerun {

std::unique_ptr<CallbackRelay::Seat> CallbackRelay::seated(std::unique_ptr<Device> device) {
    auto seat = std::make_unique<Seat>();
    seat->relay = this;
    seat->number = ++seats_;
    seat->device = std::move(device);
    return seat;
}

bool CallbackRelay::try_pass_to(std::uint32_t number) {
    if (turn_number_ == number) return true;
    if (!turn_.try_pass(turn_number_, number)) return false;
    turn_number_ = number;
    return true;
}

// [audio thread, of any device]
void CallbackRelay::call(void* user, const float* in, float* out, std::int64_t frames) noexcept {
    auto& seat = *static_cast<Seat*>(user);
    auto& relay = *seat.relay;
    if (!relay.turn_.try_enter(seat.number)) {
        std::fill_n(out, frames * relay.channels_, 0.0f);
        return;
    }
    relay.callback_(relay.user_, in, out, frames);
    relay.fade_in(seat, out, frames);
    relay.turn_.leave(seat.number);
}

void CallbackRelay::fade_in(Seat& seat, float* out, std::int64_t frames) const noexcept {
    const auto channels = static_cast<std::int64_t>(channels_);
    for (std::int64_t i = 0; i < frames && seat.faded_frames < fade_frames_; ++i, ++seat.faded_frames) {
        const auto gain = static_cast<float>(seat.faded_frames) / static_cast<float>(fade_frames_);
        for (std::int64_t c = 0; c < channels; ++c) out[i * channels + c] *= gain;
    }
}

}  // namespace forerun
