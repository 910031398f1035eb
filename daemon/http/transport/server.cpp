#include "http/transport/server.hpp"

#include "http/transport/connection.hpp"
#include "http/transport/tls.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <spdlog/spdlog.h>

#include <sys/resource.h>
#include <unistd.h>

#include <map>
#include <unordered_map>

namespace gatehouse::http::transport {

namespace {

using base::Monotonic;
using base::token;

constexpr base::milliseconds watch_every{250};
constexpr base::milliseconds accept_pause{100}; ///< after an error of accept itself, for instance no descriptors left
constexpr std::size_t slice = 256;

/// The end of a spawned coroutine: there is nobody else to tell.
void log_end(std::string_view what, const std::exception_ptr& trouble)
{
    if (!trouble) return;
    try {
        std::rethrow_exception(trouble);
    } catch (const std::exception& error) {
        spdlog::error("{}_ended detail=\"{}\"", what, error.what());
    }
}

std::string cap_key(const Peer& peer)
{
    return peer.uid ? "uid " + std::to_string(*peer.uid) : peer.address;
}

/// Clients may hold at most half the descriptors this process can have.
std::size_t affordable(std::size_t connections)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return connections;
    return std::min<std::size_t>(connections, limit.rlim_cur / 2);
}

} // namespace

struct Server::State : std::enable_shared_from_this<State> {
    State(asio::io_context& c, base::Clock& clock, base::Random& random, const Options& options)
        : context{c}, service{clock, RequestIds{random}, options.limits}, watch_news{c.get_executor()}, end_news{c.get_executor()}
    {
        service.limits.connections = affordable(options.limits.connections);
    }

    asio::awaitable<void> accept_on(Listening& listening);
    asio::awaitable<void> serve(std::uint64_t number, std::shared_ptr<Connection> connection, std::string key);
    asio::awaitable<void> watch();
    asio::awaitable<void> close_late();
    void welcome(Socket socket, const Bound& bound);
    void close_all();

    asio::io_context& context;
    Service service;
    std::unique_ptr<asio::ssl::context> tls;
    std::vector<Listening> listening;
    std::vector<Bound> bound;
    std::map<std::uint64_t, std::shared_ptr<Connection>> connections;
    std::unordered_map<std::string, std::size_t> per_peer;
    std::uint64_t last_number = 0;
    bool stopping = false;
    base::Wakeup watch_news;
    base::Wakeup end_news;
};

base::Result<Server> Server::open(asio::io_context& context, base::Clock& clock, base::Random& random, Options options)
{
    auto state = std::make_shared<State>(context, clock, random, options);
    if (options.certificate) {
        auto tls = tls_context(options.certificate);
        if (!tls) return tls.error();
        state->tls = std::move(*tls);
    }
    std::string problems;
    const auto keep = [&state, &problems](base::Result<Listening> opened) {
        if (!opened) return void(problems += (problems.empty() ? "" : "\n") + opened.error().detail);
        state->bound.push_back(opened->bound);
        state->listening.push_back(std::move(*opened));
    };
    for (const auto& where : options.tcp) {
        if (where.tls && !state->tls) return base::fail(base::Fault::invalid, "TLS on " + where.address + " needs a certificate");
        keep(listen_on(context.get_executor(), where));
    }
    for (const auto& where : options.unix_sockets) keep(listen_on(context.get_executor(), where));
    Server server{std::move(state)}; // takes what was opened along when it is not used
    if (!problems.empty()) return base::fail(base::Fault::invalid, std::move(problems));
    return server;
}

Server::Server(std::shared_ptr<State> state) : state_{std::move(state)} {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;

Server::~Server()
{
    if (state_) state_->close_all();
}

void Server::start(Handler handler)
{
    state_->service.handler = std::move(handler);
    for (auto& listening : state_->listening) {
        auto state = state_;
        asio::co_spawn(state_->context, state_->accept_on(listening),
                       [state](const std::exception_ptr& end) { log_end("http_accept", end); });
    }
    auto state = state_;
    asio::co_spawn(state_->context, state_->watch(), [state](const std::exception_ptr& end) { log_end("http_watch", end); });
}

asio::awaitable<void> Server::stop(base::microseconds drain)
{
    const auto state = state_; // the server may go while this waits
    const auto until = state->service.clock.now() + drain;
    state->stopping = true;
    for (auto& listening : state->listening) listening.acceptor.close();
    for (const auto& [number, connection] : state->connections) connection->finish();
    while (!state->connections.empty() && state->service.clock.now() < until) co_await state->end_news.wait(state->service.clock, until);
    if (!state->connections.empty()) spdlog::warn("http_drain_over open={}", state->connections.size());
    state->close_all();
}

const std::vector<Bound>& Server::bound() const
{
    return state_->bound;
}

Counters Server::counters() const
{
    auto counters = state_->service.counters;
    counters.open = state_->connections.size();
    return counters;
}

asio::awaitable<void> Server::State::accept_on(Listening& door)
{
    while (!stopping) {
        Socket socket{context};
        const auto [ec] = co_await door.acceptor.async_accept(socket, token);
        if (stopping) co_return;
        if (!ec) {
            welcome(std::move(socket), door.bound);
        } else if (ec != asio::error::connection_aborted) {
            spdlog::error("http_accept_failed at={} detail=\"{}\"", door.bound.url(), ec.message());
            co_await service.clock.wait_for(accept_pause);
        }
    }
}

void Server::State::welcome(Socket socket, const Bound& at)
{
    auto peer = meet(socket, at);
    if (!peer) return;
    auto key = cap_key(*peer);
    auto& mine = per_peer[key];
    if (mine >= service.limits.connections_per_peer || connections.size() >= service.limits.connections) {
        if (mine == 0) per_peer.erase(key);
        if (service.counters.turned_away++ % 1000 == 0) spdlog::warn("http_turned_away peer={} open={}", key, connections.size());
        return;
    }
    ++mine;
    ++service.counters.accepted;
    const auto number = ++last_number;
    auto* const secure = at.scheme == "https" ? tls.get() : nullptr;
    auto connection = std::make_shared<Connection>(std::move(socket), std::move(*peer), secure, service);
    if (connections.empty()) watch_news.notify();
    connections.emplace(number, connection);
    auto self = shared_from_this();
    asio::co_spawn(context, serve(number, std::move(connection), std::move(key)),
                   [self](const std::exception_ptr& end) { log_end("http_connection", end); });
}

asio::awaitable<void> Server::State::serve(std::uint64_t number, std::shared_ptr<Connection> connection, std::string key)
{
    try {
        co_await connection->run();
    } catch (const std::exception& trouble) {
        spdlog::error("http_connection_failed peer={} detail=\"{}\"", key, trouble.what());
    }
    connections.erase(number);
    const auto mine = per_peer.find(key);
    if (mine != per_peer.end() && --mine->second == 0) per_peer.erase(mine);
    end_news.notify();
}

/// Closes connections whose client's time is up, a slice at a time.
asio::awaitable<void> Server::State::close_late()
{
    const auto now = service.clock.now();
    std::uint64_t after = 0;
    for (;;) {
        auto next = connections.upper_bound(after);
        for (std::size_t i = 0; i < slice && next != connections.end(); ++i, ++next) {
            after = next->first;
            if (next->second->deadline() > now) continue;
            ++service.counters.timed_out;
            next->second->close();
        }
        if (next == connections.end()) co_return;
        co_await asio::post(asio::use_awaitable);
    }
}

asio::awaitable<void> Server::State::watch()
{
    while (!stopping || !connections.empty()) {
        const auto next = connections.empty() ? Monotonic::max() : service.clock.now() + watch_every;
        co_await watch_news.wait(service.clock, next);
        co_await close_late();
    }
}

void Server::State::close_all()
{
    stopping = true;
    for (auto& open_door : listening) {
        boost::system::error_code ignored;
        open_door.acceptor.close(ignored);
        if (open_door.bound.scheme == "unix") ::unlink(open_door.bound.address.c_str());
    }
    listening.clear();
    for (const auto& [number, connection] : connections) connection->close();
    watch_news.notify();
}

} // namespace gatehouse::http::transport
