#include "mqtt/sockets.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>

namespace gatehouse::simulators::mqtt {
namespace {

/// The port the socket is connected to; 0 when it is not an internet socket, or not connected.
std::uint16_t peer_port(int descriptor)
{
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return 0;
    if (peer.ss_family == AF_INET) {
        sockaddr_in address{};
        std::memcpy(&address, &peer, sizeof address);
        return ntohs(address.sin_port);
    }
    if (peer.ss_family != AF_INET6) return 0;
    sockaddr_in6 address{};
    std::memcpy(&address, &peer, sizeof address);
    return ntohs(address.sin6_port);
}

template <class Number>
bool read_number(std::string_view text, Number& number)
{
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
}

template <class Act>
void for_each_connection(std::string_view server, Act act)
{
    std::uint16_t port = 0;
    if (!read_number(server.substr(server.rfind(':') + 1), port)) return;
    std::error_code ec;
    for (std::filesystem::directory_iterator entry{"/proc/self/fd", ec}, end; !ec && entry != end; entry.increment(ec)) {
        int descriptor = -1;
        if (!read_number(entry->path().filename().string(), descriptor) || peer_port(descriptor) != port) continue;
        act(descriptor);
    }
}

} // namespace

void send_without_delay(std::string_view server)
{
    for_each_connection(server, [](int descriptor) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    });
}

void cut_off(std::string_view server)
{
    for_each_connection(server, [](int descriptor) { ::shutdown(descriptor, SHUT_RDWR); });
}

} // namespace gatehouse::simulators::mqtt
