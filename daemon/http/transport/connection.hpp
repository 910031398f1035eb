#pragma once

#include "base/clock.hpp"
#include "http/transport/inbound.hpp"
#include "http/transport/outbound.hpp"
#include "http/transport/request_ids.hpp"
#include "http/transport/server.hpp"
#include "http/transport/sockets.hpp"

#include <boost/asio/ssl/context.hpp>

#include <string>

namespace gatehouse::http::transport {

/// What all connections of a server share.
struct Service {
    base::Clock& clock;
    RequestIds ids;
    Limits limits;
    Handler handler = {};
    Counters counters = {};
    std::size_t held = 0; ///< bytes of requests that are not complete, of all connections
};

/// One connection's share in what all of them hold; given back with it.
class Share {
public:
    explicit Share(Service& service) : service_{service} {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { service_.held -= held_; }

    /// False when it is not small and all together hold too much.
    bool take(std::size_t held)
    {
        service_.held += held - held_;
        held_ = held;
        return held <= service_.limits.small || service_.held <= service_.limits.held;
    }

private:
    Service& service_;
    std::size_t held_ = 0;
};

/// One client's connection: reads requests in order, answers each before it looks at the next. Every wait for the client stands under
/// `deadline`, which the server's watch enforces with `close`.
class Connection {
public:
    Connection(Socket socket, Peer peer, asio::ssl::context* tls, Service& service);

    /// The whole conversation. `this` outlives it.
    asio::awaitable<void> run();

    /// At once; what waits on the socket ends.
    void close();
    /// Now when no request is under way, else after its answer.
    void finish();
    /// When the client's time is up; Monotonic::max() while a handler works.
    base::Monotonic deadline() const { return deadline_; }

private:
    template <class Stream>
    asio::awaitable<void> converse(Stream& stream);
    template <class Stream>
    asio::awaitable<Inbound::Phase> receive(Stream& stream, Inbound& inbound, Share& share);
    template <class Stream>
    asio::awaitable<void> refuse(Stream& stream, unsigned status);
    template <class Stream>
    asio::awaitable<bool> send(Stream& stream, Response response, std::string_view id, After after, bool head_only);
    asio::awaitable<Response> handle(const Received& received, std::string_view id);
    void allow(base::microseconds span) { deadline_ = service_.clock.now() + span; }
    void allow(Inbound::Phase phase);

    Socket socket_;
    Peer peer_;
    asio::ssl::context* tls_;
    Service& service_;
    Outbound outbound_;
    base::Monotonic deadline_ = base::Monotonic::max();
    bool idle_ = true;
    bool finishing_ = false;
};

} // namespace gatehouse::http::transport
