// Sends messages to the workers and commands to the mixer, in order and without loss.
//
// When a queue is full its messages wait here (the queue's header counts it). They are not handed over yet, so the conductor's
// horizon stays where it is until flush() has sent all. The session log overrides the three virtual functions to record what
// is sent: see session/logged_conducting.h. A replay sends through the same class.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "shared/messages/event.h"
#include "shared/messages/spsc_queue.h"
#include "shared/messages/voice_message.h"
#include "shared/shared_state.h"

namespace forerun {

// Messages on their way: straight into the queue, or kept in order until it has room again. [conductor]
template <typename Message>
class Outbox {
public:
    explicit Outbox(QueueWriter<Message> queue) : queue_(std::move(queue)) {}

    void post(const Message& message) {
        posted_ = true;
        if (!waiting_.empty() || !queue_.try_push(message)) waiting_.push_back(message);
    }
    // True when nothing waits any more.
    bool flush() {
        while (!waiting_.empty() && queue_.try_push(waiting_.front())) waiting_.pop_front();
        return waiting_.empty();
    }
    // Whether anything was posted since the last call.
    bool take_posted() { return std::exchange(posted_, false); }

private:
    QueueWriter<Message> queue_;
    std::deque<Message> waiting_;
    bool posted_ = false;
};

// [conductor]
class Outputs {
public:
    using Wake = std::function<void(std::uint32_t worker)>;

    Outputs(SharedState& state, Wake wake_worker);
    virtual ~Outputs() = default;
    Outputs(const Outputs&) = delete;
    Outputs& operator=(const Outputs&) = delete;

    // What is sent from now on is sent while the mixer is at this frame.
    void set_clock(std::int64_t clock) { clock_ = clock; }
    std::int64_t clock() const { return clock_; }

    virtual void command(const MixerCommand& command) { mixer_.post(command); }
    // The voice's first message, with the parameters it starts with.
    virtual void start(std::uint32_t worker, const VoiceMessage& message, std::span<const float> parameters);
    void send(std::uint32_t worker, const VoiceMessage& message) { workers_[worker].post(message); }
    // All that the event means has been sent.
    virtual void handled(const Event&) {}

    // True when nothing waits any more.
    bool flush();
    // Wakes the workers that were sent something since the last call.
    void wake_addressed();
    void wake_all();

    std::uint32_t workers() const { return static_cast<std::uint32_t>(workers_.size()); }

private:
    SharedState& state_;
    const Wake wake_worker_;
    Outbox<MixerCommand> mixer_;
    std::vector<Outbox<VoiceMessage>> workers_;
    std::int64_t clock_ = 0;
};

}  // namespace forerun
