#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/transport/listen.hpp"
#include "http/transport/message.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace gatehouse::http::transport {

/// What one client may take. Times are measured by the clock seam, to about a quarter of a second.
struct Limits {
    std::size_t body = 1024 * 1024;                     ///< bytes; beyond: 413
    std::size_t header = 16 * 1024;                     ///< bytes of request line and headers; beyond: 431
    base::microseconds header_time = base::seconds{10}; ///< from the first byte of a request to the end of its headers, in total
    base::microseconds body_time = base::seconds{30};   ///< from there to the end of its body
    base::microseconds write_time = base::seconds{30};  ///< until the client has taken the whole answer
    base::microseconds idle_time = base::seconds{60};   ///< before the first byte of the next request
    std::size_t held = 64 * 1024 * 1024; ///< bytes of incomplete requests on all connections; beyond, those that are not small: 503
    std::size_t small = 48 * 1024;       ///< bytes a connection may always hold
    std::size_t connections = 8192;
    std::size_t connections_per_peer = 2048; ///< per IP address, or per user on the Unix socket
};

struct Options {
    std::vector<TcpListener> tcp = {};
    std::vector<UnixListener> unix_sockets = {};
    Certificate certificate = {};
    Limits limits = {};
};

struct Counters {
    std::uint64_t accepted = 0;
    std::uint64_t turned_away = 0; ///< over a connection cap
    std::uint64_t requests = 0;
    std::uint64_t timed_out = 0; ///< connections closed at a deadline
    std::size_t open = 0;
};

/// The HTTP server: listens, bounds what clients may take, hands each request to the handler, in order on each connection.
/// Threads: everything on the one thread that runs `context`.
class Server {
public:
    /// Binds and listens; nothing is accepted before `start`. `clock` and `random` outlive the server and the run of `context`.
    /// Errors: invalid, a line for each address it cannot listen on (taken, not local, plain HTTP beyond loopback, unusable certificate).
    static base::Result<Server> open(asio::io_context& context, base::Clock& clock, base::Random& random, Options options);

    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    /// Closes everything at once; `stop` first for a graceful end.
    ~Server();

    void start(Handler handler);

    /// Stops accepting, closes idle connections, lets running requests finish for at most `drain`, then closes the rest.
    asio::awaitable<void> stop(base::microseconds drain);

    const std::vector<Bound>& bound() const;
    Counters counters() const;

private:
    struct State;
    explicit Server(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

} // namespace gatehouse::http::transport
