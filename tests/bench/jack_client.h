// A client of the bench's on its JACK server, with a process callback of its class.
#pragma once

#include <jack/jack.h>
#include <jack/midiport.h>

#include <stdexcept>
#include <string>

namespace forerun::bench {

class JackClient {
public:
    explicit JackClient(const char* name) : client_(try_open(name)) {
        if (!client_) throw std::runtime_error("the JACK server takes no client");
        jack_set_process_callback(
            client_,
            [](jack_nframes_t frames, void* self) {
                static_cast<JackClient*>(self)->process(frames);
                return 0;
            },
            this);
    }
    JackClient(const JackClient&) = delete;
    JackClient& operator=(const JackClient&) = delete;

    static jack_client_t* try_open(const char* name) {
        jack_set_error_function([](const char*) {});
        jack_set_info_function([](const char*) {});
        return jack_client_open(name, static_cast<jack_options_t>(JackNoStartServer | JackUseExactName), nullptr);
    }
    jack_client_t* get() const { return client_; }

protected:
    ~JackClient() { leave(); }
    // By the end of whoever is derived: its callback needs all of it.
    void leave() {
        if (client_) jack_client_close(client_);
        client_ = nullptr;
    }
    void enter() {
        if (jack_activate(client_) != 0) throw std::runtime_error("the JACK server does not start a client");
    }
    jack_port_t* port(const char* name, const char* type, JackPortFlags direction) {
        auto* made = jack_port_register(client_, name, type, direction, 0);
        if (!made) throw std::runtime_error(std::string("the JACK server has no port ") + name);
        return made;
    }
    // [JACK's thread] The frame at which this cycle begins: jack_last_frame_time.
    virtual void process(jack_nframes_t frames) = 0;

    jack_client_t* client_ = nullptr;
};

}  // namespace forerun::bench
