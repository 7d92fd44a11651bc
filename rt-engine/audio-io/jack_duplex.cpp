#include "rt-engine/audio-io/jack_duplex.h"

#include "shared/bad_input.h"

#ifdef FORERUN_JACK

#include <jack/jack.h>

#include <algorithm>
#include <atomic>

#include "rt-engine/audio-io/jack_presence.h"
#include "rt-engine/audio-io/quiet_stderr.h"

namespace forerun {
namespace {

class Client final : public JackDuplex {
public:
    Client(const std::string& name, std::size_t inputs, std::size_t outputs) : presence_(JackPresence::try_enter()) {
        if (!presence_) throw BadInput("the JACK server has gone; start it again");
        const QuietStderr quiet;
        jack_set_error_function([](const char*) {});
        jack_set_info_function([](const char*) {});
        client_ = jack_client_open(name.c_str(), JackNoStartServer, nullptr);
        if (!client_) throw BadInput("no JACK server answers; start one (jackd), or use another --host-api");
        try {
            add_ports(in_ports_, inputs, "in_", JackPortIsInput);
            add_ports(out_ports_, outputs, "out_", JackPortIsOutput);
            ins_.resize(inputs);
            outs_.resize(outputs);
            jack_set_process_callback(client_, &Client::process, this);
            jack_set_xrun_callback(client_, &Client::late, this);
            jack_on_shutdown(
                client_, [](void*) { JackPresence::tell_server_gone(); }, nullptr);
            if (jack_activate(client_) != 0) throw BadInput("the JACK server does not start another client");
        } catch (...) {
            jack_client_close(client_);
            throw;
        }
    }
    ~Client() override { stop(); }

    std::string name() const override { return "JACK"; }
    double rate_hz() const override { return jack_get_sample_rate(client_); }
    std::int64_t block_frames() const override { return jack_get_buffer_size(client_); }
    bool running() const noexcept override { return client_ && !JackPresence::server_gone(); }
    std::uint64_t xruns() const noexcept override { return xruns_.load(std::memory_order_relaxed); }

    void start(Callback callback, void* user) override {
        user_ = user;
        // Release: pairs with the acquire in process(), which then sees user_.
        callback_.store(callback, std::memory_order_release);
    }
    void stop() noexcept override {
        if (!client_) return;
        const QuietStderr quiet;
        jack_client_close(client_);
        client_ = nullptr;
        presence_.reset();
    }

    std::string input_port(std::size_t channel) const override { return jack_port_name(in_ports_.at(channel)); }
    std::string output_port(std::size_t channel) const override { return jack_port_name(out_ports_.at(channel)); }
    bool try_connect(const std::string& from, const std::string& to) override {
        const int answer = jack_connect(client_, from.c_str(), to.c_str());
        return answer == 0 || answer == EEXIST;
    }
    std::vector<std::string> outputs_of(const std::string& owner) const override {
        return ports_of(owner, JackPortIsOutput);
    }
    std::vector<std::string> inputs_of(const std::string& owner) const override {
        return ports_of(owner, JackPortIsInput);
    }

private:
    void add_ports(std::vector<jack_port_t*>& ports, std::size_t count, const std::string& name, JackPortFlags flag) {
        for (std::size_t c = 0; c < count; ++c) {
            const auto full = name + std::to_string(c + 1);
            ports.push_back(jack_port_register(client_, full.c_str(), JACK_DEFAULT_AUDIO_TYPE, flag, 0));
            if (!ports.back()) throw BadInput("the JACK server has no room for another port");
        }
    }
    std::vector<std::string> ports_of(const std::string& owner, JackPortFlags flag) const {
        std::vector<std::string> found;
        const char** names = jack_get_ports(client_, nullptr, JACK_DEFAULT_AUDIO_TYPE, flag);
        for (const char** name = names; name && *name; ++name)
            if (std::string_view(*name).starts_with(owner + ":")) found.emplace_back(*name);
        jack_free(names);
        return found;
    }

    static int late(void* self) {
        static_cast<Client*>(self)->xruns_.fetch_add(1, std::memory_order_relaxed);
        return 0;
    }
    // [JACK's thread]
    static int process(jack_nframes_t frames, void* self) {
        static_cast<Client*>(self)->process(frames);
        return 0;
    }
    void process(jack_nframes_t frames) noexcept {
        for (std::size_t c = 0; c < ins_.size(); ++c)
            ins_[c] = static_cast<const float*>(jack_port_get_buffer(in_ports_[c], frames));
        for (std::size_t c = 0; c < outs_.size(); ++c)
            outs_[c] = static_cast<float*>(jack_port_get_buffer(out_ports_[c], frames));
        // Acquire: pairs with the release in start().
        const auto callback = callback_.load(std::memory_order_acquire);
        if (!callback) {
            for (auto* out : outs_) std::fill_n(out, frames, 0.0f);
            return;
        }
        // JACK counts 32 bits: what has passed since the last cycle is right across their end.
        const auto now = jack_last_frame_time(client_);
        if (begun_) frame_ += static_cast<std::int32_t>(now - last_);
        begun_ = true;
        last_ = now;
        callback(user_, {ins_, outs_, static_cast<std::int64_t>(frames), frame_});
    }

    std::unique_ptr<JackPresence> presence_;  // longer than client_
    jack_client_t* client_ = nullptr;
    std::vector<jack_port_t*> in_ports_, out_ports_;
    // Written by the owner, read by JACK's thread. user_ before callback_.
    void* user_ = nullptr;
    std::atomic<Callback> callback_{nullptr};
    // [JACK's thread]
    std::vector<const float*> ins_;
    std::vector<float*> outs_;
    bool begun_ = false;
    jack_nframes_t last_ = 0;
    std::int64_t frame_ = 0;
    // Written by a thread of JACK's, read by anybody.
    std::atomic<std::uint64_t> xruns_{0};
};

}  // namespace

std::unique_ptr<JackDuplex> open_jack_duplex(const std::string& client, std::size_t inputs, std::size_t outputs) {
    return std::make_unique<Client>(client, inputs, outputs);
}

}  // namespace forerun

#else

namespace forerun {

std::unique_ptr<JackDuplex> open_jack_duplex(const std::string&, std::size_t, std::size_t) {
    throw BadInput("this program was built without JACK; install libjack's development files and build it again");
}

}  // namespace forerun

#endif
