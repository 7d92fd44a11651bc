// Messages in Open Sound Control 1.0 to a program on this machine, and its answers, over UDP.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace forerun::measure {

using OscBlob = std::vector<std::uint8_t>;
using OscArgument = std::variant<std::int32_t, float, std::string, OscBlob>;

// As it goes over the wire: padded to four bytes, big end first.
std::vector<std::uint8_t> osc_message(const std::string& address, const std::vector<OscArgument>& arguments);

class OscPeer {
public:
    // Throws std::runtime_error.
    OscPeer();
    ~OscPeer();
    OscPeer(const OscPeer&) = delete;
    OscPeer& operator=(const OscPeer&) = delete;

    // A port that nobody listens at just now; who is to be talked to should.
    int port() const { return port_; }
    // Lost when nobody listens.
    void send(const std::string& address, const std::vector<OscArgument>& arguments) const;
    // Addresses of the answers that are there. Never waits.
    std::vector<std::string> answers() const;

private:
    int socket_ = -1;
    int port_ = 0;
};

}  // namespace forerun::measure
