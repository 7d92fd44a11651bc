#include "rt-engine/conductor/outputs.h"

#include <algorithm>
#include <utility>

namespace forerun {

Outputs::Outputs(SharedState& state, Wake wake_worker)
    : state_(state), wake_worker_(std::move(wake_worker)), mixer_(state.mixer_command_writer()) {
    for (std::uint32_t w = 0; w < state.header().workers; ++w) workers_.emplace_back(state.worker_message_writer(w));
}

void Outputs::start(std::uint32_t worker, const VoiceMessage& message, std::span<const float> parameters) {
    // Before the message, whose way through the queue shows them to the worker.
    const auto places = state_.start_parameters(message.slot);
    std::copy_n(parameters.begin(), std::min(parameters.size(), places.size()), places.begin());
    send(worker, message);
}

bool Outputs::flush() {
    bool empty = mixer_.flush();
    for (auto& worker : workers_) empty &= worker.flush();
    return empty;
}

void Outputs::wake_addressed() {
    for (std::uint32_t w = 0; w < workers(); ++w)
        if (workers_[w].take_posted()) wake_worker_(w);
}

void Outputs::wake_all() {
    for (std::uint32_t w = 0; w < workers(); ++w) wake_worker_(w);
}

}  // namespace forerun
