// Clients that this process has on a JACK server, whoever opened them: so that none is opened while one is left of a server
// that has gone.
//
// JACK 2 keeps one set of clients for a process. When its server has gone, the next jack_client_open frees all that are left
// of it, under the hands of whoever opened them (JackLibGlobals::Init). So every client is entered here, the first that hears
// of the end tells it for all, and until each is closed nobody gets in.
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
    static void tell_server_gone() noexcept;
    static bool server_gone() noexcept;

private:
    JackPresence() = default;
};

}  // namespace forerun
