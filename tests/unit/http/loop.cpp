#include "unit/http/loop.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>

namespace gatehouse::tests {

using base::token;
using boost::system::error_code;

asio::awaitable<bool> Wire::send(std::string_view bytes)
{
    const auto [ec, count] = co_await asio::async_write(socket_, asio::buffer(bytes), token);
    co_return !ec;
}

asio::awaitable<Answered> Wire::receive()
{
    std::array<char, 4096> chunk{};
    Answered answered;
    std::size_t wanted = std::string::npos;
    while (wanted == std::string::npos || pending_.size() < wanted) {
        const auto end = pending_.find("\r\n\r\n");
        if (wanted == std::string::npos && end != std::string::npos) {
            std::string head = pending_.substr(0, end + 2);
            answered.status = static_cast<unsigned>(std::stoi(head.substr(9, 3)));
            for (auto at = head.find("\r\n") + 2; at < head.size(); at = head.find("\r\n", at) + 2) {
                const auto colon = head.find(": ", at);
                answered.headers[head.substr(at, colon - at)] = head.substr(colon + 2, head.find("\r\n", at) - colon - 2);
            }
            const auto length = answered.headers.find("content-length");
            pending_.erase(0, end + 4);
            wanted = length == answered.headers.end() ? 0 : std::stoul(length->second);
            continue;
        }
        const auto [ec, count] = co_await socket_.async_read_some(asio::buffer(chunk), token);
        if (ec) co_return Answered{};
        pending_.append(chunk.data(), count);
    }
    answered.body = pending_.substr(0, wanted);
    pending_.erase(0, wanted);
    co_return answered;
}

asio::awaitable<Answered> Wire::ask(std::string_view bytes)
{
    const bool sent = co_await send(bytes);
    Answered answered;
    if (sent) answered = co_await receive();
    co_return answered;
}

asio::awaitable<void> Wire::expect(unsigned status, std::string_view bytes)
{
    const auto answered = co_await ask(bytes);
    EXPECT_EQ(answered.status, status) << bytes.substr(0, 300) << "\n" << answered.body;
}

asio::awaitable<void> Wire::expect_closed()
{
    std::array<char, 4096> chunk{};
    bool open = true;
    while (open) {
        const auto [ec, count] = co_await socket_.async_read_some(asio::buffer(chunk), token);
        pending_.append(chunk.data(), count);
        open = !ec;
    }
}

void Wire::close()
{
    error_code ignored;
    socket_.close(ignored);
}

Loop::~Loop()
{
    server_.reset();
    context_.restart();
    context_.poll();
}

void Loop::serve(transport::Handler handler, transport::Limits limits)
{
    transport::Options options{.limits = limits};
    options.tcp.push_back({.address = "127.0.0.1", .port = 0});
    serve(std::move(handler), std::move(options));
}

void Loop::serve(transport::Handler handler, transport::Options options)
{
    auto opened = transport::Server::open(context_, clock_, random_, std::move(options));
    ASSERT_TRUE(opened) << opened.error().detail;
    server_.emplace(std::move(*opened));
    server_->start(std::move(handler));
}

asio::awaitable<Wire> Loop::connect()
{
    asio::ip::tcp::socket socket{context_};
    const asio::ip::tcp::endpoint where{asio::ip::make_address("127.0.0.1"), server_->bound().front().port};
    const auto [ec] = co_await socket.async_connect(where, token);
    EXPECT_FALSE(ec) << ec.message();
    co_return Wire{std::move(socket)};
}

asio::awaitable<Wire> Loop::connect_unix(std::string path)
{
    asio::local::stream_protocol::socket socket{context_};
    const asio::local::stream_protocol::endpoint where{path};
    const auto [ec] = co_await socket.async_connect(where, token);
    EXPECT_FALSE(ec) << ec.message();
    co_return Wire{std::move(socket)};
}

asio::awaitable<void> Loop::pass(base::microseconds span)
{
    constexpr base::milliseconds step{250};
    for (base::microseconds gone{0}; gone < span; gone += step) {
        clock_.advance(step);
        for (int turn = 0; turn < 20; ++turn) co_await asio::post(asio::use_awaitable);
    }
}

void Loop::play(asio::awaitable<void> scenario)
{
    bool over = false;
    asio::co_spawn(context_, std::move(scenario), [&over](const std::exception_ptr& trouble) {
        over = true;
        if (trouble) std::rethrow_exception(trouble);
    });
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20}; // a hang of the test itself, in real time
    while (!over && std::chrono::steady_clock::now() < give_up) context_.run_one_for(std::chrono::milliseconds{100});
    ASSERT_TRUE(over) << "the scenario hangs";
}

std::string post(std::string_view path, std::string_view body, std::string_view headers)
{
    std::string out = "POST ";
    out.append(path).append(" HTTP/1.1\r\nHost: gate.example\r\nContent-Type: application/json\r\n").append(headers);
    return out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

std::string get(std::string_view target, std::string_view headers, std::string_view verb)
{
    std::string out{verb};
    return out.append(" ").append(target).append(" HTTP/1.1\r\nHost: gate.example\r\n").append(headers).append("\r\n");
}

asio::awaitable<transport::Response> echo(const transport::Request& request)
{
    transport::Response response;
    response.body.append(to_text(request.verb)).append(" ").append(request.path).append("?").append(request.query);
    response.body.append(" ").append(request.body);
    co_return response;
}

} // namespace gatehouse::tests
