#include "tools/measure/peers/osc_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <stdexcept>

namespace forerun::measure {
namespace {

using Bytes = std::vector<std::uint8_t>;

void pad(Bytes& bytes) { bytes.resize((bytes.size() + 3) / 4 * 4); }
void put(Bytes& bytes, std::uint32_t number) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(number >> shift));
}
void put(Bytes& bytes, const std::string& text) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.push_back(0);
    pad(bytes);
}

sockaddr_in here(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

int bound_socket() {
    const int made = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto any = here(0);
    if (made < 0 || bind(made, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0)
        throw std::runtime_error("no UDP port of this machine can be had");
    return made;
}

int port_of(int socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

}  // namespace

std::vector<std::uint8_t> osc_message(const std::string& address, const std::vector<OscArgument>& arguments) {
    Bytes bytes;
    put(bytes, address);
    std::string kinds = ",";
    for (const auto& argument : arguments) kinds += "ifsb"[argument.index()];
    put(bytes, kinds);
    for (const auto& argument : arguments) {
        if (const auto* whole = std::get_if<std::int32_t>(&argument)) put(bytes, static_cast<std::uint32_t>(*whole));
        if (const auto* number = std::get_if<float>(&argument)) put(bytes, std::bit_cast<std::uint32_t>(*number));
        if (const auto* text = std::get_if<std::string>(&argument)) put(bytes, *text);
        if (const auto* blob = std::get_if<OscBlob>(&argument)) {
            put(bytes, static_cast<std::uint32_t>(blob->size()));
            bytes.insert(bytes.end(), blob->begin(), blob->end());
            pad(bytes);
        }
    }
    return bytes;
}

OscPeer::OscPeer() : socket_(bound_socket()) {
    const int free = bound_socket();
    port_ = port_of(free);
    close(free);
}

OscPeer::~OscPeer() { close(socket_); }

void OscPeer::send(const std::string& address, const std::vector<OscArgument>& arguments) const {
    const auto bytes = osc_message(address, arguments);
    const auto to = here(port_);
    sendto(socket_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

std::vector<std::string> OscPeer::answers() const {
    std::vector<std::string> addresses;
    char bytes[8192];
    for (ssize_t size; (size = recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
        addresses.emplace_back(bytes, strnlen(bytes, static_cast<std::size_t>(size)));
    return addresses;
}

}  // namespace forerun::measure
