#include "http/transport/sockets.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace gatehouse::http::transport {

namespace {

using asio::ip::tcp;
using base::Fault;
using boost::system::error_code;

base::Error cannot_listen(const std::string& where, std::string_view why)
{
    return base::fail(Fault::invalid, "cannot listen on " + where + ": " + std::string{why});
}

base::Error cannot_listen(const TcpListener& where, std::string_view why)
{
    auto error = cannot_listen(where.address + " port " + std::to_string(where.port), why);
    if (!where.said_at.empty()) error.detail = where.said_at + ": " + error.detail;
    return error;
}

base::Error cannot_listen(const TcpListener& where, const error_code& why)
{
    auto error = why == boost::system::errc::address_not_available ? cannot_listen(where, "this machine has no such address")
                                                                   : cannot_listen(where, why.message());
    if (why == boost::system::errc::address_in_use) error.code = "address_in_use";
    return error;
}

/// Opens and binds; the first step that fails decides.
error_code bind_to(Acceptor& acceptor, const asio::generic::stream_protocol::endpoint& endpoint, int protocol, bool reuse)
{
    error_code ec;
    acceptor.open({static_cast<int>(endpoint.protocol().family()), protocol}, ec);
    if (!ec && reuse) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    return ec;
}

tcp::endpoint as_tcp(const asio::generic::stream_protocol::endpoint& endpoint)
{
    tcp::endpoint out;
    if (endpoint.size() > out.capacity()) return out;
    std::memcpy(out.data(), endpoint.data(), endpoint.size());
    out.resize(endpoint.size());
    return out;
}

base::Result<Listening> bind_to(const asio::any_io_executor& executor, const TcpListener& where)
{
    error_code ec;
    const auto address = asio::ip::make_address(where.address == "localhost" ? "127.0.0.1" : where.address, ec);
    if (ec) return cannot_listen(where, "not a numeric address");
    if (!where.tls && !address.is_loopback() && !where.unsafe_plaintext)
        return cannot_listen(where, "plain HTTP beyond this machine needs TLS, or the unsafe flag");
    Listening listening{Acceptor{executor}, {.scheme = where.tls ? "https" : "http", .address = address.to_string()}};
    ec = bind_to(listening.acceptor, tcp::endpoint{address, where.port}, IPPROTO_TCP, true);
    if (ec) return cannot_listen(where, ec);
    return listening;
}

/// Removes a socket file nobody answers on; leaves every other file alone.
base::Result<void> make_way(const std::string& path)
{
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return base::Result<void>{};
    if (!S_ISSOCK(found.st_mode)) return cannot_listen(path, "a file is in the way");
    if (::unlink(path.c_str()) != 0) return cannot_listen(path, std::strerror(errno));
    return base::Result<void>{};
}

} // namespace

base::Result<Listening> listen_on(const asio::any_io_executor& executor, const TcpListener& where)
{
    auto listening = bind_to(executor, where);
    if (!listening) return listening;
    error_code ec;
    listening->acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return cannot_listen(where, ec);
    listening->bound.port = as_tcp(listening->acceptor.local_endpoint(ec)).port();
    return listening;
}

base::Result<void> could_listen(const asio::any_io_executor& executor, const TcpListener& where)
{
    const auto bound = bind_to(executor, where);
    if (!bound) return bound.error();
    return {};
}

base::Result<Listening> listen_on(const asio::any_io_executor& executor, const UnixListener& where)
{
    sockaddr_un longest{};
    if (where.path.empty() || where.path.size() >= sizeof(longest.sun_path)) return cannot_listen(where.path, "not a usable path");
    if (auto clear = make_way(where.path); !clear) return clear.error();

    const asio::local::stream_protocol::endpoint endpoint{where.path};
    Listening listening{Acceptor{executor}, {.scheme = "unix", .address = where.path}};
    auto ec = bind_to(listening.acceptor, endpoint, 0, false);
    // Nobody can connect between bind and listen, so the mode is right before the first peer.
    if (!ec && ::chmod(where.path.c_str(), static_cast<mode_t>(where.mode)) != 0) ec = {errno, boost::system::system_category()};
    if (!ec) listening.acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return cannot_listen(where.path, ec.message());
    return listening;
}

base::Result<Peer> meet(Socket& socket, const Bound& bound)
{
    error_code ec;
    if (bound.scheme == "unix") {
        ucred credentials{};
        socklen_t size = sizeof(credentials);
        if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
            return base::fail(Fault::offline, "no peer credentials");
        return Peer{.address = "unix", .uid = credentials.uid};
    }
    socket.set_option(tcp::no_delay(true), ec);
    const auto remote = as_tcp(socket.remote_endpoint(ec));
    if (ec) return base::fail(Fault::offline, ec.message());
    return Peer{.address = remote.address().to_string(), .tls = bound.scheme == "https"};
}

} // namespace gatehouse::http::transport
