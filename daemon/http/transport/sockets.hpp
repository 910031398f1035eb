#pragma once

#include "base/result.hpp"
#include "http/transport/listen.hpp"
#include "http/transport/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

namespace gatehouse::http::transport {

/// One kind of socket for TCP and Unix, so that the conversation is compiled once.
using Socket = asio::generic::stream_protocol::socket;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

/// A socket that listens.
struct Listening {
    Acceptor acceptor;
    Bound bound;
};

/// Errors: invalid, naming the address; code address_in_use when something listens there. Threads: the executor's.
base::Result<Listening> listen_on(const asio::any_io_executor& executor, const TcpListener& where);
base::Result<Listening> listen_on(const asio::any_io_executor& executor, const UnixListener& where);

/// Whether `listen_on` would succeed now. Nothing listens for it, so that whoever does or is about to is not disturbed. Errors as there.
base::Result<void> could_listen(const asio::any_io_executor& executor, const TcpListener& where);

/// Who connected; sets TCP_NODELAY on the way. Errors: offline when the peer is gone already.
base::Result<Peer> meet(Socket& socket, const Bound& bound);

} // namespace gatehouse::http::transport
