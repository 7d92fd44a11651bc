// The keyboard of the torture: a JACK client with two MIDI ports, one of which can be pulled out.
//
// A port that is out sends nothing: its messages are left out. A mark is a controller that means nothing, sent through the
// first port: it stands in the session log at its engine frame, so that moments here can be found in recordings.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/jack_client.h"
#include "tests/bench/torture_plan.h"

namespace forerun::bench {

class TortureKeys final : public JackClient {
public:
    static constexpr int ports = 2, mark_controller = 119;
    static std::string port_name(int port) { return port == 0 ? "torture-keys:first" : "torture-keys:second"; }

    TortureKeys() : JackClient("torture-keys") {
        for (int p = 0; p < ports; ++p) plug_in(p);
        jack_set_xrun_callback(
            client_,
            [](void* self) {
                static_cast<TortureKeys*>(self)->xruns_.fetch_add(1, std::memory_order_relaxed);
                return 0;
            },
            this);
        enter();
    }
    ~TortureKeys() { leave(); }

    void begin(const std::vector<TortureMessage>& messages) {
        first_ = jack_frame_time(client_) + 4800;
        // Release: pairs with the callback's acquire, which then sees what is to send.
        messages_.store(&messages, std::memory_order_release);
    }
    bool sent_all() const { return !messages_.load(std::memory_order_acquire); }
    double seconds_since_begin() const {
        return static_cast<std::int32_t>(jack_frame_time(client_) - first_) /
               static_cast<double>(jack_get_sample_rate(client_));
    }
    bool connected(int port) const {
        auto* one = jack_port_by_name(client_, port_name(port).c_str());
        return one && (jack_port_connected_to(one, "forerun-midi:in_1") > 0 ||
                       jack_port_connected_to(one, "forerun-midi:in_2") > 0);
    }

    void plug_in(int port) {
        auto* made =
            this->port(port_name(port).c_str() + sizeof "torture-keys", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput);
        ports_[port].store(made, std::memory_order_release);
    }
    void pull_out(int port) {
        auto* out = ports_[port].exchange(nullptr);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the callback may just be at it
        jack_port_unregister(client_, out);
    }
    void let_send(int port, bool may) { may_send_[port].store(may, std::memory_order_release); }
    void mark() { marks_.fetch_add(1, std::memory_order_release); }

    std::uint64_t sent(int port) const { return sent_[port].load(std::memory_order_relaxed); }
    std::uint64_t left_out() const { return left_out_.load(std::memory_order_relaxed); }
    int xruns() const { return xruns_.load(std::memory_order_relaxed); }

private:
    void process(jack_nframes_t frames) override {
        std::array<void*, ports> buffers{};
        for (int p = 0; p < ports; ++p) {
            auto* port = ports_[p].load(std::memory_order_acquire);
            if (!port) continue;
            auto* buffer = jack_port_get_buffer(port, frames);
            if (!buffer) continue;
            jack_midi_clear_buffer(buffer);
            if (may_send_[p].load(std::memory_order_acquire)) buffers[p] = buffer;
        }
        if (buffers[0] && marked_ < marks_.load(std::memory_order_acquire)) {
            const std::array<std::uint8_t, 3> bytes{0xb0, mark_controller, static_cast<std::uint8_t>(marked_ % 128)};
            if (write(0, buffers[0], 0, bytes.data(), 3)) ++marked_;
        }
        const auto* messages = messages_.load(std::memory_order_acquire);
        if (!messages) return;
        const auto cycle = jack_last_frame_time(client_);
        for (; next_ < messages->size(); ++next_) {
            const auto& message = (*messages)[next_];
            const auto offset =
                static_cast<std::int32_t>(first_ + static_cast<jack_nframes_t>(message.at) - cycle);  // wraps
            if (offset >= static_cast<std::int32_t>(frames)) return;
            if (!buffers[message.port])
                left_out_.fetch_add(1, std::memory_order_relaxed);
            else if (!write(message.port, buffers[message.port], static_cast<jack_nframes_t>(std::max(offset, 0)),
                            message.bytes.data(), message.size))
                return;  // the buffer is full: in the next cycle
        }
        messages_.store(nullptr, std::memory_order_release);
    }
    bool write(int port, void* buffer, jack_nframes_t at, const std::uint8_t* bytes, std::size_t size) {
        if (jack_midi_event_write(buffer, at, bytes, size) != 0) return false;
        sent_[port].fetch_add(1, std::memory_order_relaxed);
        return true;
    }

    std::array<std::atomic<jack_port_t*>, ports> ports_{};
    std::array<std::atomic<bool>, ports> may_send_{};
    std::array<std::atomic<std::uint64_t>, ports> sent_{};
    std::atomic<std::uint64_t> left_out_{0}, marks_{0};
    std::uint64_t marked_ = 0;
    std::atomic<int> xruns_{0};
    jack_nframes_t first_ = 0;
    std::size_t next_ = 0;
    std::atomic<const std::vector<TortureMessage>*> messages_{nullptr};
};

}  // namespace forerun::bench
