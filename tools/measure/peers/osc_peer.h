// Open Sound Control 1.0 over UDP with a program on this machine.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace forerun::measure {

using OscBlob = std::vector<std::uint8_t>;
using OscArgument = std::variant<std::int32_t, float, std::string, OscBlob>;

// In wire format: padded to four bytes, big-endian.
std::vector<std::uint8_t> osc_message(const std::string& address, const std::vector<OscArgument>& arguments);

class OscPeer {
public:
    // Throws std::runtime_error.
    OscPeer();
    ~OscPeer();
    OscPeer(const OscPeer&) = delete;
    OscPeer& operator=(const OscPeer&) = delete;

    // A free port, on which the other program is to listen.
    int port() const { return port_; }
    // Lost if no program listens.
    void send(const std::string& address, const std::vector<OscArgument>& arguments) const;
    // Addresses of the answers received so far. Never waits.
    std::vector<std::string> answers() const;

private:
    int socket_ = -1;
    int port_ = 0;
};

}  // namespace forerun::measure
