#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::http::transport {

namespace asio = boost::asio;

enum class Verb : std::uint8_t { get, post, put, patch, del, head, options, other };

/// "GET", "POST", ...; "other" for verbs nobody serves.
std::string_view to_text(Verb verb);

/// Who is at the other end of a connection.
struct Peer {
    std::string address;              ///< numeric IP address without port; "unix" on the Unix socket
    std::optional<std::uint32_t> uid; ///< SO_PEERCRED of the Unix socket; empty on TCP
    bool tls = false;
};

/// One request. The texts point into the connection and live until the handler's coroutine has ended.
struct Request {
    std::string_view id; ///< the UUID that goes out as `seam-request-id`
    Verb verb = Verb::other;
    std::string_view path;  ///< as received, without the query
    std::string_view query; ///< as received, without `?`, still percent-encoded
    std::string_view authorization;
    std::string_view client_session_token; ///< `client-session-token`, or `seam-client-session-token`
    std::string_view publishable_key;      ///< `seam-publishable-key`
    std::string_view workspace;            ///< `seam-workspace`
    std::string_view content_type;
    std::string_view host;
    std::string_view body;
    const Peer& peer;
};

/// One answer. `seam-request-id`, `content-type`, `content-length` and `connection` are written by the transport.
struct Response {
    unsigned status = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers = {}; ///< further ones; names in lower case, no CR or LF
    std::string_view content_type = "application/json";            ///< static storage
};

/// Answers one request. Runs on the core thread; a connection waits for its answer before it looks at the next request.
/// What it throws is logged and answered 500.
using Handler = std::function<asio::awaitable<Response>(const Request&)>;

} // namespace gatehouse::http::transport
