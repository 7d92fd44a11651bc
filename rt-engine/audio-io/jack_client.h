// A client on a JACK server: its ports, their connections, and its shutdown.
//
// Uses the server named by JACK_DEFAULT_SERVER and starts none. Belongs to the thread that opened it.
#pragma once

#include <jack/jack.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rt-engine/audio-io/jack_presence.h"

namespace forerun {

class JackClient {
public:
    // Ports are "in_1", ..., "out_1", ... When `client` is taken JACK adds a number. `name` is shown to users. Throws
    // BadInput: no server answers, or DeviceRefusal: it has no room for the ports.
    JackClient(const std::string& client, std::string name, std::uint32_t inputs, std::uint32_t outputs);
    ~JackClient() { close(); }
    JackClient(const JackClient&) = delete;
    JackClient& operator=(const JackClient&) = delete;

    // For what this header does not wrap; not after close().
    jack_client_t* get() const { return client_; }
    const std::vector<jack_port_t*>& inputs() const { return inputs_; }
    const std::vector<jack_port_t*>& outputs() const { return outputs_; }

    // It is open, and its server has not gone. [any thread]
    bool running() const noexcept { return client_ && !JackPresence::server_gone(); }
    // Joins the client's threads; works without a server, too. May be called twice.
    void close() noexcept;

    // From an output to an input, by their full names. False: one is not there, or the server refuses. What is connected
    // already stays.
    bool try_connect(const std::string& from, const std::string& to);
    // Audio ports of the client `owner` with this flag (JackPortIsInput, JackPortIsOutput), in JACK's order.
    std::vector<std::string> ports_of(const std::string& owner, JackPortFlags flag) const;

private:
    void add_ports(std::vector<jack_port_t*>& ports, std::uint32_t count, const char* name, JackPortFlags flag);

    const std::string name_;
    std::unique_ptr<JackPresence> presence_;  // longer than client_
    jack_client_t* client_ = nullptr;
    std::vector<jack_port_t*> inputs_, outputs_;
};

}  // namespace forerun
