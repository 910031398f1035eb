#include "http/transport/connection.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <spdlog/spdlog.h>

#include <array>

namespace gatehouse::http::transport {

namespace {

using base::Monotonic;
using base::token;
using Phase = Inbound::Phase;

constexpr base::seconds handshake_time{10};
constexpr base::seconds farewell_time{2};
constexpr std::size_t farewell_bytes = 4 * 1024 * 1024;

/// Path and query of a target; an absolute one ("GET http://host/path") loses scheme and host.
std::pair<std::string_view, std::string_view> split_target(std::string_view target)
{
    if (!target.starts_with('/')) {
        const auto scheme = target.find("://");
        const auto slash = scheme == std::string_view::npos ? scheme : target.find('/', scheme + 3);
        target = slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
    }
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) return {target, {}};
    return {target.substr(0, mark), target.substr(mark + 1)};
}

} // namespace

Connection::Connection(Socket socket, Peer peer, asio::ssl::context* tls, Service& service)
    : socket_{std::move(socket)}, peer_{std::move(peer)}, tls_{tls}, service_{service}
{
}

void Connection::close()
{
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Connection::finish()
{
    finishing_ = true;
    if (idle_) close();
}

void Connection::allow(Phase phase)
{
    switch (phase) {
    case Phase::waiting:
        return allow(service_.limits.idle_time);
    case Phase::header:
        return allow(service_.limits.header_time);
    case Phase::body:
        return allow(service_.limits.body_time);
    default:
        return;
    }
}

asio::awaitable<void> Connection::run()
{
    if (tls_ == nullptr) {
        co_await converse(socket_);
        close();
        co_return;
    }
    asio::ssl::stream<Socket&> stream{socket_, *tls_};
    allow(handshake_time);
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::server, token);
    if (!failed) {
        co_await converse(stream);
        allow(farewell_time);
        const auto [rude] = co_await stream.async_shutdown(token);
        if (rude) spdlog::debug("tls_shutdown peer={} detail=\"{}\"", peer_.address, rude.message());
    }
    close();
}

template <class Stream>
asio::awaitable<void> Connection::converse(Stream& stream)
{
    Inbound inbound{service_.limits};
    Share share{service_};
    bool going_on = true;
    while (going_on && !finishing_) {
        idle_ = true;
        const auto phase = co_await receive(stream, inbound, share);
        if (phase == Phase::refused) {
            inbound.let_go();
            share.take(inbound.held());
            co_await refuse(stream, inbound.refusal());
        }
        if (phase != Phase::complete) co_return;

        deadline_ = Monotonic::max();
        ++service_.counters.requests;
        const auto id = service_.ids.next();
        auto response = co_await handle(inbound.received(), id);
        auto after = inbound.received().is_http_1_0 ? After::keep_1_0 : After::keep;
        if (!inbound.keep_alive() || finishing_) after = After::close;
        going_on = co_await send(stream, std::move(response), id, after, inbound.received().verb == Verb::head);
        if (after == After::close) co_return;
        inbound.next();
        share.take(inbound.held());
    }
}

/// Reads until a request is complete or refused; any other phase means that the client is gone.
template <class Stream>
asio::awaitable<Phase> Connection::receive(Stream& stream, Inbound& inbound, Share& share)
{
    auto phase = inbound.advance();
    allow(phase);
    while (phase != Phase::complete && phase != Phase::refused) {
        if (inbound.wants_continue()) {
            constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            const auto [unsent, sent] = co_await asio::async_write(stream, asio::buffer(go_on), token);
            if (unsent) co_return phase;
        }
        const auto space = inbound.prepare();
        const auto [ec, count] = co_await stream.async_read_some(asio::buffer(space.data(), space.size()), token);
        if (ec) co_return phase;
        inbound.commit(count);
        const auto reached = inbound.advance();
        if (reached != phase) allow(reached); // the clock of a phase starts once, however often bytes trickle in
        phase = reached;
        if (!share.take(inbound.held()) && phase == Phase::body) {
            inbound.refuse(503);
            phase = Phase::refused;
        }
        idle_ = phase == Phase::waiting;
    }
    idle_ = false;
    co_return phase;
}

/// Answers what cannot be read and ends the conversation; takes what is still coming, so that the answer is not lost in a reset.
template <class Stream>
asio::awaitable<void> Connection::refuse(Stream& stream, unsigned status)
{
    const auto id = service_.ids.next();
    auto response = refusal(status);
    const bool sent = co_await send(stream, std::move(response), id, After::close, false);
    if (!sent) co_return;
    boost::system::error_code ignored;
    if (tls_ == nullptr) socket_.shutdown(Socket::shutdown_send, ignored);
    allow(farewell_time);
    std::array<char, 16 * 1024> dropped; // uninitialised on purpose: never read
    for (std::size_t total = 0; total < farewell_bytes;) {
        const auto [ec, count] = co_await stream.async_read_some(asio::buffer(dropped), token);
        if (ec) co_return;
        total += count;
    }
}

template <class Stream>
asio::awaitable<bool> Connection::send(Stream& stream, Response response, std::string_view id, After after, bool head_only)
{
    outbound_.set(std::move(response), id, after, head_only);
    allow(service_.limits.write_time);
    const auto buffers = outbound_.buffers();
    const auto [ec, count] = co_await asio::async_write(stream, buffers, token);
    co_return !ec;
}

asio::awaitable<Response> Connection::handle(const Received& received, std::string_view id)
{
    const auto [path, query] = split_target(received.target);
    const Request request{.id = id,
                          .verb = received.verb,
                          .path = path,
                          .query = query,
                          .authorization = received.authorization,
                          .client_session_token = received.client_session_token,
                          .publishable_key = received.publishable_key,
                          .workspace = received.workspace,
                          .content_type = received.content_type,
                          .host = received.host,
                          .body = received.body,
                          .peer = peer_};
    try {
        co_return co_await service_.handler(request);
    } catch (const std::exception& trouble) {
        spdlog::error("handler_failed request={} path={} detail=\"{}\"", id, path, trouble.what());
    }
    co_return refusal(500);
}

} // namespace gatehouse::http::transport
