#include "common/control_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace gatehouse::simulators::common {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using Socket = asio::local::stream_protocol::socket;

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_line = 64 * 1024;

std::string answer_line(std::string_view line, const ControlServer::Answer& answer)
{
    boost::system::error_code ec;
    const auto request = json::parse(line, ec);
    auto reply = ec || !request.is_object() ? refusal("request: not a JSON object") : answer(request.get_object());
    return json::serialize(reply) + '\n';
}

asio::awaitable<void> serve(Socket socket, ControlServer::Answer answer)
{
    std::string pending;
    for (;;) {
        auto lines = asio::dynamic_buffer(pending, longest_line);
        auto read = asio::async_read_until(socket, lines, '\n', token);
        const auto [ec, length] = co_await std::move(read);
        std::string reply;
        if (ec == asio::error::not_found) {
            reply = json::serialize(refusal("request: longer than 64 KiB")) + '\n';
        } else if (ec) {
            co_return;
        } else {
            reply = answer_line(std::string_view{pending}.substr(0, length - 1), answer);
            pending.erase(0, length);
        }
        const auto bytes = asio::buffer(reply);
        auto write = asio::async_write(socket, bytes, token);
        const auto [failed, written] = co_await std::move(write);
        if (ec || failed || written != reply.size()) co_return;
    }
}

asio::awaitable<void> accept(asio::local::stream_protocol::acceptor& acceptor, ControlServer::Answer answer)
{
    for (;;) {
        auto next = acceptor.async_accept(token);
        auto [ec, socket] = co_await std::move(next);
        if (ec) co_return;
        auto conversation = serve(std::move(socket), answer);
        asio::co_spawn(acceptor.get_executor(), std::move(conversation), asio::detached);
    }
}

} // namespace

Outcome<void> ControlServer::open(const std::string& path, Answer answer)
{
    const auto draft = path + ".new";
    if (draft.size() >= sizeof(sockaddr_un::sun_path)) return problem("control: path is too long for a socket: " + path);
    ::unlink(draft.c_str());
    boost::system::error_code ec;
    acceptor_.open(asio::local::stream_protocol{}, ec);
    if (!ec) acceptor_.bind(asio::local::stream_protocol::endpoint{draft}, ec);
    if (!ec && ::chmod(draft.c_str(), 0600) != 0) ec = {errno, boost::system::system_category()};
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    // Renamed only now: who sees the path can connect to it.
    if (!ec && std::rename(draft.c_str(), path.c_str()) != 0) ec = {errno, boost::system::system_category()};
    if (ec) {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        ::unlink(draft.c_str());
        return problem("control: " + path + ": " + ec.message());
    }
    path_ = path;
    auto accepting = accept(acceptor_, std::move(answer));
    asio::co_spawn(context_, std::move(accepting), asio::detached);
    return {};
}

void ControlServer::close()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    if (!path_.empty()) ::unlink(path_.c_str());
    path_.clear();
}

json::object refusal(std::string text)
{
    return {{"ok", false}, {"error", std::move(text)}};
}

} // namespace gatehouse::simulators::common
