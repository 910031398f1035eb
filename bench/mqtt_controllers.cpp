#include "machine.hpp"
#include "mqtt_peers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <stdexcept>

// By hand and not through the library, which would be the limit of what is measured.

namespace gatehouse::bench {

namespace {

std::string with_length(char kind, const std::string& body)
{
    std::string packet{kind};
    auto left = body.size();
    do {
        packet += static_cast<char>(left % 128 | (left >= 128 ? 128 : 0));
        left /= 128;
    } while (left > 0);
    return packet + body;
}

std::string counted(const std::string& text)
{
    return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)} + text;
}

int connect_to(const std::string& uri)
{
    const int to = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::uint16_t port = 0;
    std::from_chars(uri.data() + uri.rfind(':') + 1, uri.data() + uri.size(), port);
    address.sin_port = htons(port);
    const int on = 1;
    ::setsockopt(to, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(to, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error{"no broker"};
    return to;
}

/// Takes the first whole packet out of what was read.
std::optional<std::pair<char, std::string>> take_packet(std::string& read)
{
    std::size_t length = 0, at = 1;
    for (int shift = 0;; shift += 7, ++at) {
        if (at >= read.size()) return std::nullopt;
        length |= static_cast<std::size_t>(read[at] & 0x7f) << shift;
        if ((read[at] & 0x80) == 0) break;
    }
    if (read.size() < at + 1 + length) return std::nullopt;
    std::pair packet{read[0], read.substr(at + 1, length)};
    read.erase(0, at + 1 + length);
    return packet;
}

std::string answer_to(const std::string& publish)
{
    const auto size = static_cast<std::size_t>(static_cast<unsigned char>(publish[0]) << 8 | static_cast<unsigned char>(publish[1]));
    const auto topic = publish.substr(2, size); // rfid/dN/cmd
    int device = 0;
    std::from_chars(topic.data() + sizeof "rfid/d" - 1, topic.data() + topic.size(), device);
    return with_length('\x30', counted(topic_of(device) + "/send") + R"({"type":"deletuid","ip":")" + ip_of(device) + R"(","hostname":"d)" +
                                   std::to_string(device) + "\"}");
}

} // namespace

int answer_as_controllers(const MqttPeer& peer)
{
    if (!pin_to(load_core)) return 1;
    const int broker = connect_to(peer.uri);
    std::string said = with_length('\x10', counted("MQTT") + std::string("\x04\x02\0\0", 4) + counted("controllers")) +
                       with_length('\x82', std::string("\0\1", 2) + counted("rfid/+/cmd") + '\0');
    std::string read;
    std::array<char, 65'536> some{};
    for (;;) {
        if (!said.empty() && ::send(broker, said.data(), said.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(said.size())) return 1;
        said.clear();
        const auto got = ::recv(broker, some.data(), some.size(), 0);
        if (got <= 0) return 0;
        read.append(some.data(), static_cast<std::size_t>(got));
        while (auto packet = take_packet(read)) {
            if ((packet->first & 0xf0) == 0x90) std::puts("ready"), std::fflush(stdout);
            if ((packet->first & 0xf0) == 0x30) said += answer_to(packet->second);
        }
    }
}

} // namespace gatehouse::bench
