// What others see of an engine, figure by figure. Everything here only looks; snapshot.h has all of it at once.
#include <algorithm>

#include "rt-engine/engine_impl.h"
#include "shared/time/musical_time.h"

namespace forerun {

bool Engine::next_notification(Notification& notification) { return impl_->own_reader.next(notification); }

NotificationReader::NotificationReader(const Engine& engine, From from)
    : NotificationReader(engine.impl_->notifications, from) {}

float Engine::peak_level() const noexcept {
    const auto& meter = impl_->state.meter(impl_->state.header().buses);
    float peak = 0;
    for (const auto& channel : meter.peak) peak = std::max(peak, channel.load(std::memory_order_relaxed));
    return peak;
}

std::uint64_t Engine::voices_sounding() const noexcept {
    return impl_->conductor ? impl_->conductor->view().used_slots() : 0;
}

bool Engine::idle() const noexcept {
    return !impl_->conductor ||
           (impl_->conductor->view().used_slots() == 0 && impl_->conductor->view().pending_events() == 0);
}

ControllerMove Engine::last_move() const noexcept {
    return impl_->conductor ? impl_->conductor->view().last_move() : ControllerMove();
}
double Engine::tempo() const noexcept { return impl_->conductor ? impl_->conductor->tempo() : MusicalTime().tempo; }
std::uint16_t Engine::used_rig() const noexcept { return impl_->conductor ? impl_->conductor->view().used_rig() : 0; }

const SharedState& Engine::state() const noexcept { return impl_->state; }
const Configuration& Engine::configuration() const noexcept { return impl_->configuration; }
const Rig& Engine::rig() const noexcept { return impl_->rig.rig(); }
std::shared_ptr<const Rig> Engine::newest_rig() const { return impl_->rig.newest(); }
std::string Engine::script_runtime_description() const { return impl_->scripts->description(); }

Engine::SlotView Engine::slot(std::uint32_t index) const noexcept {
    if (!impl_->conductor) return {};
    const auto& word = impl_->conductor->view().slot(index);
    const auto serial = word.serial.load(std::memory_order_acquire);
    const auto note = word.note.load(std::memory_order_relaxed);
    return {serial, static_cast<std::uint16_t>(note >> 16), static_cast<std::uint8_t>(note >> 8 & 0x7f),
            static_cast<std::uint8_t>(note & 0xff), (note >> 15 & 1) != 0};
}

}  // namespace forerun
