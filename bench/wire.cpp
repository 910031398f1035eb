#include "wire.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <stdexcept>

namespace gatehouse::bench {

namespace {

constexpr std::size_t piece = 4 * 1024;

} // namespace

Wire::Wire(std::uint16_t port)
{
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (fd_ >= 0 && ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(fd_);
        fd_ = -1;
    }
    const int on = 1;
    const timeval patience{.tv_sec = 10};
    if (fd_ < 0) return;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

Wire::~Wire()
{
    if (fd_ >= 0) ::close(fd_);
}

void Wire::send(std::string_view bytes)
{
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(bytes.size())) throw std::runtime_error{"the server took no request"};
}

bool Wire::receive()
{
    if (!body_.empty()) received_.clear(), body_ = {};
    const auto had = received_.size();
    received_.resize(had + piece);
    const auto got = ::recv(fd_, received_.data() + had, piece, 0);
    received_.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got <= 0) throw std::runtime_error{"the server did not answer"};
    return complete();
}

bool Wire::complete()
{
    const auto head_end = received_.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    if (received_.compare(8, 5, " 200 ") != 0) throw std::runtime_error{"answered " + received_};
    constexpr std::string_view field = "ontent-"; // either case, as servers write Content-Length or content-length
    std::size_t size = 0;
    for (auto at = received_.find(field); at < head_end; at = received_.find(field, at + 1)) {
        const auto colon = received_.find(": ", at);
        if ((received_[at + field.size()] | 0x20) == 'l') std::from_chars(received_.data() + colon + 2, received_.data() + head_end, size);
    }
    if (received_.size() < head_end + 4 + size) return false;
    body_ = std::string_view{received_}.substr(head_end + 4);
    return true;
}

} // namespace gatehouse::bench
