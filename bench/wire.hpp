#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::bench {

/// A connected stream socket on loopback, closed with this object.
class Wire {
public:
    /// Not connected when nobody listens there.
    explicit Wire(std::uint16_t port);
    Wire(Wire&& other) noexcept : fd_{other.fd_}, received_{std::move(other.received_)} { other.fd_ = -1; }
    Wire& operator=(Wire&&) = delete;
    ~Wire();

    bool connected() const { return fd_ >= 0; }
    int fd() const { return fd_; }

    /// Throws when the other end has gone.
    void send(std::string_view bytes);
    /// Takes what is there, and waits when nothing is. True when an answer is complete. Throws when it is no 200 or the end has come.
    bool receive();
    /// The body of the answer receive() completed, until it is called again.
    std::string_view body() const { return body_; }

private:
    bool complete();

    int fd_ = -1;
    std::string received_;
    std::string_view body_;
};

} // namespace gatehouse::bench
