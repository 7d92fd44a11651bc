#include "rt-engine/audio-io/jack_device.h"

#include <fmt/format.h>
#include <jack/jack.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "rt-engine/audio-io/block_counters.h"
#include "rt-engine/audio-io/jack_blocks.h"
#include "rt-engine/audio-io/jack_presence.h"
#include "rt-engine/audio-io/quiet_stderr.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

constexpr std::int64_t piece_frames = 8192;  // larger blocks of JACK's are asked for in pieces

class JackDevice final : public Device {
public:
    JackDevice(std::string target, std::string name, std::uint32_t channels)
        : target_(std::move(target)),
          name_(std::move(name)),
          channels_(channels),
          presence_(JackPresence::try_enter()) {
        if (!presence_) throw BadInput(name_ + ": the JACK server has gone");
        const QuietStderr quiet;
        jack_set_error_function([](const char*) {});
        jack_set_info_function([](const char*) {});
        client_ = jack_client_open("forerun", JackNoStartServer, nullptr);
        if (!client_) throw BadInput(name_ + ": no JACK server runs; start one, or choose another with --device");
        try {
            open();
        } catch (...) {
            jack_client_close(client_);
            throw;
        }
    }
    ~JackDevice() override { stop(); }

    std::string name() const override { return name_; }
    double rate_hz() const override { return rate_hz_; }
    std::uint32_t channels() const override { return channels_; }
    std::uint32_t connected_channels() const override { return connected_; }
    std::int64_t block_frames() const override { return block_frames_; }
    double latency_seconds() const override { return latency_seconds_; }
    bool running() const noexcept override { return client_ && !JackPresence::server_gone(); }

    void start(Callback callback, void* user) override {
        if (!running()) throw BadInput("device " + name_ + " stopped; choose another with --device");
        user_ = user;
        // Release: pairs with the acquire in process(), which then sees user_.
        callback_.store(callback, std::memory_order_release);
    }
    // Works without a server, too: our thread is joined.
    void stop() noexcept override {
        if (!client_) return;
        const QuietStderr quiet;
        jack_client_close(client_);
        client_ = nullptr;
        presence_.reset();
    }

    Scheduling scheduling() const override {
        const int priority = priority_.load(std::memory_order_relaxed);
        return {priority > 0, priority};
    }
    DeviceStatistics statistics() const override { return counters_.statistics(); }
    Reopen reopen() const override {
        return
            [target = target_, name = name_, channels = channels_] { return open_jack_device(target, name, channels); };
    }

private:
    void open() {
        rate_hz_ = jack_get_sample_rate(client_);
        block_frames_ = jack_get_buffer_size(client_);
        samples_.resize(static_cast<std::size_t>(piece_frames) * channels_);
        for (std::uint32_t c = 0; c < channels_; ++c) {
            ports_.push_back(jack_port_register(client_, fmt::format("out_{}", c + 1).c_str(), JACK_DEFAULT_AUDIO_TYPE,
                                                JackPortIsOutput, 0));
            if (!ports_.back()) throw DeviceRefusal("device " + name_ + " has no room for another port");
        }
        jack_set_thread_init_callback(client_, &JackDevice::thread_begins, this);
        jack_set_process_callback(client_, &JackDevice::process, this);
        jack_set_xrun_callback(client_, &JackDevice::late, this);
        jack_on_shutdown(
            client_, [](void*) { JackPresence::tell_server_gone(); }, nullptr);
        if (jack_activate(client_) != 0) throw BadInput("device " + name_ + " does not start");
        connect();
    }

    void connect() {
        const char** inputs = jack_get_ports(client_, nullptr, JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput);
        std::vector<std::string> found;
        for (const char** input = inputs; input && *input; ++input)
            if (std::string_view(*input).starts_with(target_ + ":")) found.emplace_back(*input);
        jack_free(inputs);
        if (found.empty()) throw BadInput("device " + name_ + " is not there");
        connected_ = std::min(channels_, static_cast<std::uint32_t>(found.size()));
        for (std::uint32_t c = 0; c < connected_; ++c)
            if (jack_connect(client_, jack_port_name(ports_[c]), found[c].c_str()) != 0)
                throw BadInput("device " + name_ + " cannot be connected");
        jack_latency_range_t range{};
        jack_port_get_latency_range(jack_port_by_name(client_, found[0].c_str()), JackPlaybackLatency, &range);
        latency_seconds_ = static_cast<double>(range.max) / rate_hz_;
    }

    // [JACK's thread, before its first callback]
    static void thread_begins(void* self) {
        if (!scheduling_of_this_thread().realtime) raise_to_realtime(audio_thread_priority);
        static_cast<JackDevice*>(self)->priority_.store(scheduling_of_this_thread().priority,
                                                        std::memory_order_relaxed);
    }
    static int late(void* self) {
        static_cast<JackDevice*>(self)->counters_.underflow();
        return 0;
    }

    // [JACK's thread]
    static int process(jack_nframes_t frames, void* self) {
        static_cast<JackDevice*>(self)->process(static_cast<std::int64_t>(frames));
        return 0;
    }
    void process(std::int64_t frames) noexcept {
        counters_.block(frames);
        // Acquire: pairs with the release in start().
        const auto callback = callback_.load(std::memory_order_acquire);
        for (std::int64_t done = 0; done < frames;) {
            const auto piece = std::min(frames - done, piece_frames);
            if (callback) {
                const auto first = jack_last_frame_time(client_) + static_cast<jack_nframes_t>(done);
                jack_blocks.begins(first, monotonic_nanoseconds());
                callback(user_, samples_.data(), piece);
                jack_blocks.ends(monotonic_nanoseconds());
            }
            for (std::uint32_t c = 0; c < channels_; ++c) {
                auto* out = static_cast<float*>(jack_port_get_buffer(ports_[c], static_cast<jack_nframes_t>(frames)));
                for (std::int64_t i = 0; i < piece; ++i)
                    out[done + i] = callback ? samples_[static_cast<std::size_t>(i * channels_ + c)] : 0.0f;
            }
            done += piece;
        }
    }

    const std::string target_, name_;
    const std::uint32_t channels_;
    std::unique_ptr<JackPresence> presence_;  // longer than client_
    jack_client_t* client_ = nullptr;
    std::vector<jack_port_t*> ports_;
    std::vector<float> samples_;  // [JACK's thread] a piece, interleaved
    double rate_hz_ = 0;
    std::int64_t block_frames_ = 0;
    std::uint32_t connected_ = 0;
    double latency_seconds_ = 0;

    // Written by the owner, read by JACK's thread. user_ before callback_.
    void* user_ = nullptr;
    std::atomic<Callback> callback_{nullptr};
    // Written by JACK's threads, each by one, read by anybody.
    std::atomic<int> priority_{0};
    BlockCounters counters_;
};

}  // namespace

std::unique_ptr<Device> open_jack_device(const std::string& target, const std::string& name, std::uint32_t channels) {
    return std::make_unique<JackDevice>(target, name, channels);
}

}  // namespace forerun
