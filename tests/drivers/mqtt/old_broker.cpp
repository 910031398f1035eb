#include "old_broker.hpp"

#include <array>
#include <stdexcept>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gatehouse::fixtures {

namespace {

constexpr std::size_t version_at = 8; // two bytes of header, six of protocol name "MQTT"

} // namespace

OldBroker::OldBroker()
{
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 4) != 0 || ::getsockname(listener_, generic, &size) != 0)
        throw std::runtime_error{"no loopback port"};
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

OldBroker::~OldBroker()
{
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::vector<int> OldBroker::versions_tried()
{
    const std::lock_guard lock{mutex_};
    return versions_;
}

void OldBroker::serve()
{
    for (int client = -1; (client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
        if (welcome(client)) return; // one guest is enough; it is let go when the process ends
        ::close(client);
    }
}

bool OldBroker::welcome(int client)
{
    std::array<unsigned char, 512> packet{};
    if (::recv(client, packet.data(), packet.size(), 0) <= static_cast<ssize_t>(version_at)) return false;
    const int version = packet[version_at];
    {
        const std::lock_guard lock{mutex_};
        versions_.push_back(version);
    }
    const std::array<unsigned char, 4> answer{0x20, 2, 0, static_cast<unsigned char>(version == 4 ? 0 : 1)};
    return ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL) == 4 && version == 4;
}

} // namespace gatehouse::fixtures
