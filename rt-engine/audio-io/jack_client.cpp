#include "rt-engine/audio-io/jack_client.h"

#include <fmt/format.h>

#include <cerrno>
#include <string_view>

#include "rt-engine/audio-io/device.h"
#include "rt-engine/audio-io/quiet_stderr.h"

namespace forerun {

JackClient::JackClient(const std::string& client, std::string name, std::uint32_t inputs, std::uint32_t outputs)
    : name_(std::move(name)), presence_(JackPresence::try_enter()) {
    if (!presence_) throw BadInput(name_ + ": the JACK server has gone; start it again");
    const QuietStderr quiet;
    jack_set_error_function([](const char*) {});
    jack_set_info_function([](const char*) {});
    client_ = jack_client_open(client.c_str(), JackNoStartServer, nullptr);
    if (!client_)
        throw BadInput(name_ +
                       ": no JACK server answers; start one (jackd), or choose another with --device or --host-api");
    try {
        add_ports(inputs_, inputs, "in", JackPortIsInput);
        add_ports(outputs_, outputs, "out", JackPortIsOutput);
    } catch (...) {
        close();
        throw;
    }
    jack_on_shutdown(
        client_, [](void*) { JackPresence::report_server_gone(); }, nullptr);
}

void JackClient::close() noexcept {
    if (!client_) return;
    const QuietStderr quiet;
    jack_client_close(client_);
    client_ = nullptr;
    presence_.reset();
}

void JackClient::add_ports(std::vector<jack_port_t*>& ports, std::uint32_t count, const char* name,
                           JackPortFlags flag) {
    for (std::uint32_t c = 0; c < count; ++c) {
        ports.push_back(jack_port_register(client_, fmt::format("{}_{}", name, c + 1).c_str(), JACK_DEFAULT_AUDIO_TYPE,
                                           static_cast<unsigned long>(flag), 0));
        if (!ports.back()) throw DeviceRefusal("device " + name_ + " has no room for another port");
    }
}

bool JackClient::try_connect(const std::string& from, const std::string& to) {
    const int answer = jack_connect(client_, from.c_str(), to.c_str());
    return answer == 0 || answer == EEXIST;
}

std::vector<std::string> JackClient::ports_of(const std::string& owner, JackPortFlags flag) const {
    std::vector<std::string> found;
    const char** names = jack_get_ports(client_, nullptr, JACK_DEFAULT_AUDIO_TYPE, static_cast<unsigned long>(flag));
    for (const char** name = names; name && *name; ++name)
        if (std::string_view(*name).starts_with(owner + ":")) found.emplace_back(*name);
    jack_free(names);
    return found;
}

}  // namespace forerun
