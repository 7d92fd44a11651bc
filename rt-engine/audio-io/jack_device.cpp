#include "rt-engine/audio-io/jack_device.h"

#ifdef FORERUN_JACK

#include <jack/jack.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "rt-engine/audio-io/block_counters.h"
#include "rt-engine/audio-io/jack_blocks.h"
#include "rt-engine/audio-io/jack_client.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

constexpr std::int64_t piece_frames = 8192;  // larger blocks of JACK's are asked for in pieces

class OurClient final : public JackDevice {
public:
    explicit OurClient(const JackRequest& request)
        : request_(request), client_(request.client, request.name, request.input_channels, request.channels) {
        rate_hz_ = jack_get_sample_rate(client_.get());
        block_frames_ = jack_get_buffer_size(client_.get());
        in_.resize(static_cast<std::size_t>(piece_frames) * request.input_channels);
        out_.resize(static_cast<std::size_t>(piece_frames) * request.channels);
        jack_set_thread_init_callback(client_.get(), &OurClient::thread_begins, this);
        jack_set_process_callback(client_.get(), &OurClient::process, this);
        jack_set_xrun_callback(client_.get(), &OurClient::late, this);
        if (jack_activate(client_.get()) != 0) throw BadInput("device " + name() + " does not start");
        connect();
    }

    std::string name() const override { return request_.name; }
    double rate_hz() const override { return rate_hz_; }
    std::uint32_t channels() const override { return request_.channels; }
    std::uint32_t input_channels() const override { return request_.input_channels; }
    std::uint32_t connected_channels() const override { return connected_; }
    std::int64_t block_frames() const override { return block_frames_; }
    double latency_seconds() const override { return latency_seconds_; }
    bool running() const noexcept override { return client_.running(); }

    void start(Callback callback, void* user) override {
        if (!running()) throw BadInput("device " + name() + " stopped; choose another with --device");
        user_ = user;
        // Release: pairs with the acquire in process(), which then sees user_.
        callback_.store(callback, std::memory_order_release);
    }
    void stop() noexcept override { client_.close(); }

    Scheduling scheduling() const override {
        const int priority = priority_.load(std::memory_order_relaxed);
        return {priority > 0, priority};
    }
    DeviceStatistics statistics() const override { return counters_.statistics(); }
    Reopen reopen() const override {
        return [request = request_] { return open_jack_device(request); };
    }

    std::string input_port(std::size_t channel) const override { return jack_port_name(client_.inputs().at(channel)); }
    std::string output_port(std::size_t channel) const override {
        return jack_port_name(client_.outputs().at(channel));
    }
    bool try_connect(const std::string& from, const std::string& to) override { return client_.try_connect(from, to); }
    std::vector<std::string> outputs_of(const std::string& owner) const override {
        return client_.ports_of(owner, JackPortIsOutput);
    }
    std::vector<std::string> inputs_of(const std::string& owner) const override {
        return client_.ports_of(owner, JackPortIsInput);
    }

private:
    void connect() {
        if (!request_.plays_on.empty()) {
            const auto to = ports_that_are_there(inputs_of(request_.plays_on));
            connected_ = std::min(request_.channels, static_cast<std::uint32_t>(to.size()));
            for (std::uint32_t c = 0; c < connected_; ++c) require_connection(output_port(c), to[c]);
            jack_latency_range_t range{};
            jack_port_get_latency_range(jack_port_by_name(client_.get(), to[0].c_str()), JackPlaybackLatency, &range);
            latency_seconds_ = static_cast<double>(range.max) / rate_hz_;
        }
        if (!request_.listens_to.empty()) {
            const auto from = ports_that_are_there(outputs_of(request_.listens_to));
            for (std::size_t c = 0; c < std::min<std::size_t>(request_.input_channels, from.size()); ++c)
                require_connection(from[c], input_port(c));
        }
    }
    std::vector<std::string> ports_that_are_there(std::vector<std::string> ports) const {
        if (ports.empty()) throw BadInput("device " + name() + " is not there");
        return ports;
    }
    void require_connection(const std::string& from, const std::string& to) {
        if (!try_connect(from, to)) throw BadInput("device " + name() + " cannot be connected");
    }

    // [JACK's thread, before its first callback]
    static void thread_begins(void* self) {
        if (!scheduling_of_this_thread().realtime) raise_to_realtime(audio_thread_priority);
        static_cast<OurClient*>(self)->priority_.store(scheduling_of_this_thread().priority, std::memory_order_relaxed);
    }
    static int late(void* self) {
        static_cast<OurClient*>(self)->counters_.underflow();
        return 0;
    }

    // [JACK's thread]
    static int process(jack_nframes_t frames, void* self) {
        static_cast<OurClient*>(self)->process(frames);
        return 0;
    }
    void process(jack_nframes_t frames) noexcept {
        counters_.block(frames);
        // Acquire: pairs with the release in start().
        const auto callback = callback_.load(std::memory_order_acquire);
        if (!callback) {
            for (auto* port : client_.outputs()) std::fill_n(buffer_of(port, frames), frames, 0.0f);
            return;
        }
        const auto first = jack_last_frame_time(client_.get());
        // JACK counts 32 bits: what has passed since the last cycle is right across their end.
        if (begun_) counters_.lose(static_cast<std::int32_t>(first - next_));
        begun_ = true;
        next_ = first + frames;
        for (std::int64_t done = 0; done < frames;) {
            const auto piece = std::min<std::int64_t>(frames - done, piece_frames);
            take_input(frames, done, piece);
            // A client with inputs only plays no engine, so it stamps no blocks.
            if (!out_.empty()) jack_blocks.begins(first + static_cast<jack_nframes_t>(done), monotonic_nanoseconds());
            callback(user_, in_.empty() ? nullptr : in_.data(), out_.empty() ? nullptr : out_.data(), piece);
            if (!out_.empty()) jack_blocks.ends(monotonic_nanoseconds());
            give_output(frames, done, piece);
            done += piece;
        }
    }
    static float* buffer_of(jack_port_t* port, jack_nframes_t frames) noexcept {
        return static_cast<float*>(jack_port_get_buffer(port, frames));
    }
    // An input may be the very memory of an output that it is connected to: it is read before that is written.
    void take_input(jack_nframes_t frames, std::int64_t done, std::int64_t piece) noexcept {
        const auto width = client_.inputs().size();
        for (std::size_t c = 0; c < width; ++c) {
            const auto* from = buffer_of(client_.inputs()[c], frames) + done;
            for (std::int64_t i = 0; i < piece; ++i) in_[static_cast<std::size_t>(i) * width + c] = from[i];
        }
    }
    void give_output(jack_nframes_t frames, std::int64_t done, std::int64_t piece) noexcept {
        const auto width = client_.outputs().size();
        for (std::size_t c = 0; c < width; ++c) {
            auto* to = buffer_of(client_.outputs()[c], frames) + done;
            for (std::int64_t i = 0; i < piece; ++i) to[i] = out_[static_cast<std::size_t>(i) * width + c];
        }
    }

    const JackRequest request_;
    double rate_hz_ = 0;
    std::int64_t block_frames_ = 0;
    std::uint32_t connected_ = 0;
    double latency_seconds_ = 0;

    // Written by the owner, read by JACK's thread. user_ before callback_.
    void* user_ = nullptr;
    std::atomic<Callback> callback_{nullptr};
    // [JACK's thread]
    std::vector<float> in_, out_;  // a piece, interleaved
    bool begun_ = false;
    jack_nframes_t next_ = 0;  // JACK's frame at which the next cycle should begin
    // Written by JACK's threads, each by one, read by anybody.
    std::atomic<int> priority_{0};
    BlockCounters counters_;

    JackClient client_;  // last: closed before what its threads write to
};

}  // namespace

std::unique_ptr<JackDevice> open_jack_device(const JackRequest& request) {
    return std::make_unique<OurClient>(request);
}

}  // namespace forerun

#else

namespace forerun {

std::unique_ptr<JackDevice> open_jack_device(const JackRequest&) {
    throw BadInput("this program was built without JACK; install libjack's development files and build it again");
}

}  // namespace forerun

#endif
