#pragma once

#include "http/transport/message.hpp"
#include "http/transport/server.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::http::transport {

/// The texts of one request, kept from request to request so that their memory is used again.
struct Received {
    Verb verb = Verb::other;
    std::string target;
    std::string authorization;
    std::string client_session_token;
    std::string publishable_key;
    std::string workspace;
    std::string content_type;
    std::string host;
    std::string body;
    bool expects_continue = false;
    bool is_http_1_0 = false;
    void clear();
};

/// Turns the bytes of a connection into requests, one after the other. What does not fit the limits is refused before it is kept.
class Inbound {
public:
    enum class Phase : std::uint8_t { waiting, header, body, complete, refused };

    explicit Inbound(const Limits& limits);
    Inbound(const Inbound&) = delete;
    Inbound& operator=(const Inbound&) = delete;
    ~Inbound();

    /// Room for bytes of the wire, then how many came.
    std::span<char> prepare();
    void commit(std::size_t bytes) { end_ += bytes; }

    /// Reads what is there, up to the end of the current request.
    Phase advance();
    /// The current request asked for "100 Continue" and its body has yet to come. True once.
    bool wants_continue();
    /// Makes ready for the request after a complete one.
    void next();

    const Received& received() const { return received_; }
    bool keep_alive() const;
    /// Memory of this connection, in bytes.
    std::size_t held() const;
    /// Of a refused request: 400, 413 or 431, or what `refuse` said.
    unsigned refusal() const { return refusal_; }
    void refuse(unsigned status) { refusal_ = status; }
    /// Of a refused request: gives its memory back.
    void let_go();

private:
    class Parser;
    const Limits* limits_;
    Received received_;
    std::unique_ptr<Parser> parser_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    unsigned refusal_ = 0;
};

} // namespace gatehouse::http::transport
