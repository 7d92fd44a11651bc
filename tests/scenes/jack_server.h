// A JACK server of the test's own, without hardware, and a client on it that is stage and keyboard at once: its callback plays
// an engine, and sends MIDI at frames of its choice.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <jack/jack.h>
#include <jack/midiport.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/scenes/catch.h"

namespace forerun {

class JackServer {
public:
    // -r: no real-time rights are needed. -S: a client that is late is waited for, and misses nothing.
    explicit JackServer(int period_frames = 256) {
        setenv("JACK_DEFAULT_SERVER", name, 1);  // of every client in this process
        setenv("JACK_NO_AUDIO_RESERVATION", "1", 1);
        start(period_frames);
    }
    ~JackServer() { end(); }
    JackServer(const JackServer&) = delete;
    JackServer& operator=(const JackServer&) = delete;

    void start(int period_frames = 256, int rate_hz = 48000) {
        process_ = fork();
        REQUIRE(process_ >= 0);
        if (process_ == 0) {
            const int nowhere = open("/dev/null", O_RDWR);
            for (const int stream : {0, 1, 2}) dup2(nowhere, stream);
            execlp("jackd", "jackd", "-r", "-S", "-n", name, "-d", "dummy", "-r", fmt::format("{}", rate_hz).c_str(),
                   "-p", fmt::format("{}", period_frames).c_str(), nullptr);
            _exit(127);
        }
    }
    // Its clients are told as when it crashes. One that is killed keeps its place among the eight servers that JACK allows a
    // machine, until another one of its name comes.
    void end(int signal = SIGTERM) {
        if (process_ <= 0) return;
        kill(process_, signal);
        waitpid(process_, nullptr, 0);
        process_ = 0;
    }

    // Asked by another program: the first client that this process opened now would be the end of those that it has left.
    bool answers() const { return std::system("jack_lsp >/dev/null 2>&1") == 0; }

private:
    static constexpr const char* name = "forerun-test";
    pid_t process_ = 0;
};

class JackStage {
public:
    struct Sent {
        std::int64_t frame = 0;  // of this client's count, which begins with its first callback
        std::vector<std::uint8_t> bytes;
    };

    // `play(frames)` is called in every callback, before MIDI is sent.
    template <typename Play>
    explicit JackStage(Play play) : play_(std::move(play)) {
        jack_set_error_function([](const char*) {});
        jack_set_info_function([](const char*) {});
        // The server may still be starting.
        for (int tries = 0; !client_ && tries < 2000; ++tries) {
            client_ = jack_client_open("stage", JackNoStartServer, nullptr);
            if (!client_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        REQUIRE(client_);
        plug_in();
        jack_set_process_callback(
            client_,
            [](jack_nframes_t frames, void* self) {
                static_cast<JackStage*>(self)->process(frames);
                return 0;
            },
            this);
        jack_on_shutdown(
            client_, [](void* self) { static_cast<JackStage*>(self)->gone_ = true; }, this);
        REQUIRE(jack_activate(client_) == 0);
    }
    ~JackStage() {
        if (client_) jack_client_close(client_);
    }
    JackStage(const JackStage&) = delete;
    JackStage& operator=(const JackStage&) = delete;

    // In order of frames; what is late goes with the next callback.
    void send(std::int64_t frame, std::vector<std::uint8_t> bytes) {
        const std::lock_guard lock(mutex_);
        to_send_.push_back({frame, std::move(bytes)});
    }
    bool gone() const { return gone_.load(); }
    std::int64_t frame() const { return frame_.load(std::memory_order_acquire); }
    bool sent_all() {
        const std::lock_guard lock(mutex_);
        return to_send_.empty();
    }

    void plug_in() {
        const std::lock_guard lock(mutex_);
        port_ = jack_port_register(client_, "keys", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
        REQUIRE(port_);
    }
    void unplug() {
        jack_port_t* port = nullptr;
        {
            const std::lock_guard lock(mutex_);
            std::swap(port, port_);
        }
        jack_port_unregister(client_, port);
    }

private:
    void process(jack_nframes_t frames) {
        play_(static_cast<std::int64_t>(frames));
        const auto first = frame_.load(std::memory_order_relaxed);
        const std::lock_guard lock(mutex_);
        if (port_) {
            auto* buffer = jack_port_get_buffer(port_, frames);
            jack_midi_clear_buffer(buffer);
            for (; !to_send_.empty() && to_send_.front().frame < first + frames; to_send_.pop_front()) {
                const auto& sent = to_send_.front();
                const auto at = static_cast<jack_nframes_t>(std::max<std::int64_t>(0, sent.frame - first));
                jack_midi_event_write(buffer, at, sent.bytes.data(), sent.bytes.size());
            }
        }
        frame_.store(first + static_cast<std::int64_t>(frames), std::memory_order_release);
    }

    std::function<void(std::int64_t)> play_;
    jack_client_t* client_ = nullptr;
    jack_port_t* port_ = nullptr;
    std::mutex mutex_;  // a test may wait, and its callback
    std::deque<Sent> to_send_;
    std::atomic<std::int64_t> frame_{0};
    std::atomic<bool> gone_{false};
};

}  // namespace forerun
