// Counts all clients of this process on a JACK server, so that none is opened while another one is left of a server that has
// gone.
//
// JACK 2 keeps one set of clients per process. After its server has gone, the next jack_client_open frees all that are left,
// although their owners still use them (JackLibGlobals::Init). So every client is entered here; the first that learns of the
// shutdown reports it for all, and no new one is opened until each is closed.
#pragma once

#include <memory>

namespace forerun {

class JackPresence {
public:
    // Before a client is opened. nullptr: clients of a server that has gone are still open; try again later. [any thread]
    static std::unique_ptr<JackPresence> try_enter();
    // After it is closed. [any thread]
    ~JackPresence();
    JackPresence(const JackPresence&) = delete;
    JackPresence& operator=(const JackPresence&) = delete;

    // The server has gone: known from a client's shutdown callback until all are closed. [any thread]
    static void report_server_gone() noexcept;
    static bool server_gone() noexcept;

private:
    JackPresence() = default;
};

}  // namespace forerun
