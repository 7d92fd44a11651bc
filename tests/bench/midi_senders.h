// Two ways to send MIDI into a JACK server, each of which notes the server's frame of every message.
//
// JackSender: a client that puts a message at its frame of the cycle, as drivers of hardware do; sent is that frame.
// RtMidiSender: as programs do that know no frames. Sent is what jack_frame_time() says just before sendMessage(); RtMidi
// hands the message over at the start of the next cycle, so JACK itself takes up to a block.
#pragma once

#if __has_include(<rtmidi/RtMidi.h>)
#include <rtmidi/RtMidi.h>
#else
#include <RtMidi.h>
#endif

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "rt-engine/threads/realtime_thread.h"
#include "tests/bench/jack_client.h"
#include "tools/process/stop_signal.h"

namespace forerun::bench {

struct Message {
    int kind = 0;
    std::int64_t at = 0;  // frames after the first of its sequence
    std::vector<std::uint8_t> bytes;
    jack_nframes_t sent = 0;  // JACK's frame
};

class JackSender final : public JackClient {
public:
    static constexpr const char* port_name = "bench-keys:jack";

    JackSender() : JackClient("bench-keys"), port_(port("jack", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput)) { enter(); }
    ~JackSender() { leave(); }

    // Begins with frame `first`, and returns when all are sent or time is up.
    void send(std::vector<Message>& messages, jack_nframes_t first) {
        first_ = first;
        next_ = 0;
        // Release: pairs with the callback's acquire, which then sees what is to send.
        messages_.store(&messages, std::memory_order_release);
        const auto seconds = messages.back().at / jack_get_sample_rate(client_) + 30;
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
        while (messages_.load(std::memory_order_acquire) && std::chrono::steady_clock::now() < end) {
            if (stop_requested()) throw std::runtime_error("stopped");
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        if (messages_.load(std::memory_order_acquire)) throw std::runtime_error("the JACK server stands still");
    }

private:
    void process(jack_nframes_t frames) override {
        auto* buffer = jack_port_get_buffer(port_, frames);
        jack_midi_clear_buffer(buffer);
        auto* messages = messages_.load(std::memory_order_acquire);
        if (!messages) return;
        const auto cycle = jack_last_frame_time(client_);
        for (; next_ < messages->size(); ++next_) {
            auto& message = (*messages)[next_];
            const auto offset =
                static_cast<std::int32_t>(first_ + static_cast<jack_nframes_t>(message.at) - cycle);  // wraps
            if (offset >= static_cast<std::int32_t>(frames)) return;
            const auto at = static_cast<jack_nframes_t>(std::max(offset, 0));
            jack_midi_event_write(buffer, at, message.bytes.data(), message.bytes.size());
            message.sent = cycle + at;
        }
        messages_.store(nullptr, std::memory_order_release);
    }

    jack_port_t* const port_;
    jack_nframes_t first_ = 0;
    std::size_t next_ = 0;
    std::atomic<std::vector<Message>*> messages_{nullptr};
};

class RtMidiSender {
public:
    static constexpr const char* port_name = "bench-keys-rtmidi:out";

    // `clock` is asked for frames.
    explicit RtMidiSender(jack_client_t* clock) : clock_(clock), out_(RtMidi::UNIX_JACK, "bench-keys-rtmidi") {
        out_.openVirtualPort("out");
    }

    void send(std::vector<Message>& messages, jack_nframes_t first) {
        std::thread keyboard([&] {
            raise_to_realtime(conductor_thread_priority);
            auto wanted = first;
            std::int64_t before = 0;
            for (auto& message : messages) {
                if (stop_requested()) return;
                // As far behind the one before as planned, even where that was late.
                wanted += static_cast<jack_nframes_t>(message.at - before);
                before = message.at;
                const auto left = static_cast<std::int32_t>(wanted - jack_frame_time(clock_));
                if (left > 0)
                    std::this_thread::sleep_for(
                        std::chrono::duration<double>(left / static_cast<double>(jack_get_sample_rate(clock_))));
                wanted = message.sent = jack_frame_time(clock_);
                out_.sendMessage(&message.bytes);
            }
        });
        keyboard.join();
    }

private:
    jack_client_t* const clock_;
    RtMidiOut out_;
};

}  // namespace forerun::bench
