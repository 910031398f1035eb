#include "client.hpp"

#include "eventually.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

namespace gatehouse::walks {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;

struct Client::Connection {
    asio::io_context context{1};
    beast::tcp_stream stream{context};
    beast::flat_buffer buffer;

    /// Runs what was started to its end, which is the patience at the latest.
    void finish(beast::error_code& error)
    {
        context.restart();
        context.run();
        if (error) throw Gone{error.message()};
    }
    void connect(std::uint16_t port)
    {
        beast::error_code failed;
        stream.expires_after(patience);
        stream.async_connect({asio::ip::address_v4::loopback(), port}, [&failed](beast::error_code error) { failed = error; });
        finish(failed);
        stream.socket().set_option(asio::ip::tcp::no_delay{true});
    }
    http::response<http::string_body> exchange(const http::request<http::string_body>& request)
    {
        beast::error_code failed;
        stream.expires_after(patience);
        http::async_write(stream, request, [&failed](beast::error_code error, std::size_t) { failed = error; });
        finish(failed);
        http::response<http::string_body> response;
        http::async_read(stream, buffer, response, [&failed](beast::error_code error, std::size_t) { failed = error; });
        finish(failed);
        return response;
    }
};

Client::Client(std::uint16_t port, std::string key) : port_{port}, key_{std::move(key)} {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Answer Client::post(const std::string& path, const json::object& body)
{
    http::request<http::string_body> request{http::verb::post, path, 11};
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::authorization, "Bearer " + key_);
    request.set(http::field::content_type, "application/json");
    request.body() = json::serialize(body);
    request.prepare_payload();
    try {
        if (!connection_) {
            connection_ = std::make_unique<Connection>();
            connection_->connect(port_);
        }
        const auto response = connection_->exchange(request);
        if (!response.keep_alive()) connection_.reset();
        auto parsed = json::parse(response.body());
        return {response.result_int(), parsed.is_object() ? std::move(parsed.as_object()) : json::object{}};
    } catch (const Gone&) {
        connection_.reset();
        throw;
    }
}

json::object Client::ask(const std::string& path, const json::object& body)
{
    auto answer = post(path, body);
    if (!answer.ok()) throw std::runtime_error{path + ": " + std::to_string(answer.status) + " " + json::serialize(answer.body)};
    return std::move(answer.body);
}

std::string text(const json::object& object, std::string_view member)
{
    const auto* value = object.if_contains(member);
    if (value == nullptr || !value->is_string()) throw std::runtime_error{"no " + std::string{member} + " in " + json::serialize(object)};
    return std::string{value->get_string()};
}

} // namespace gatehouse::walks
