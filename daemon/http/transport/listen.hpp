#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::http::transport {

/// Where to listen on TCP.
struct TcpListener {
    std::string address = "127.0.0.1"; ///< numeric, or "localhost"
    std::uint16_t port = 8080;         ///< 0: the kernel picks; `Server::bound` tells
    bool tls = false;                  ///< needs `Options::certificate`
    bool unsafe_plaintext = false;     ///< the operator's word that plain HTTP may leave this machine
    std::string said_at = {};          ///< where somebody asked for it; complaints begin with it
};

/// The Unix socket of the local tools. A stale socket file is replaced; any other file is left alone and refused.
struct UnixListener {
    std::string path;
    unsigned mode = 0660;
};

/// PEM texts. The key never appears in logs or errors.
struct Certificate {
    std::string chain;
    std::string key;
    explicit operator bool() const { return !chain.empty(); }
};

/// A listening address as it really is.
struct Bound {
    std::string scheme;  ///< "http", "https", "unix"
    std::string address; ///< numeric address, or the socket's path
    std::uint16_t port = 0;
    /// "http://127.0.0.1:8080", "http://[::1]:8080", "unix:/run/gatehouse/gatehoused.sock".
    std::string url() const;
};

/// Reads "127.0.0.1:8080" or "[::1]:0". Errors: invalid, naming what is wrong. Threads: any.
base::Result<TcpListener> parse_tcp_listener(std::string_view text);

} // namespace gatehouse::http::transport
