#include "ask.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace gatehouse::cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;

namespace {

constexpr std::uint64_t answer_at_most = 512ULL * 1024 * 1024; // every person of a large site, by name

/// Why the connection failed, in words that help.
std::string why(const beast::error_code& error, const std::string& socket)
{
    if (error == asio::error::access_denied) return socket + " is for root and the gateway's user: try `sudo gatehouse`";
    return "no gateway answers at " + socket + " (" + error.message() + "): is it running?";
}

} // namespace

std::string Answer::error(std::string_view member) const
{
    const auto* error = body.if_contains("error");
    const auto* text = error != nullptr && error->is_object() ? error->get_object().if_contains(member) : nullptr;
    return text != nullptr && text->is_string() ? std::string{text->get_string()} : std::string{};
}

Answer ask(const std::string& socket, const std::string& path, const json::object& body)
{
    asio::io_context context;
    asio::local::stream_protocol::socket stream{context};
    beast::error_code error;
    stream.connect(asio::local::stream_protocol::endpoint{socket}, error);
    if (error) throw Unanswered{why(error, socket)};

    beast::http::request<beast::http::string_body> request{beast::http::verb::post, path, 11};
    request.set(beast::http::field::host, "localhost");
    request.set(beast::http::field::content_type, "application/json");
    request.body() = json::serialize(body);
    request.prepare_payload();
    beast::http::write(stream, request, error);
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(answer_at_most);
    if (!error) beast::http::read(stream, buffer, parser, error);
    if (error) throw Unanswered{"the gateway did not answer: " + error.message()};

    const auto& response = parser.get();
    auto value = json::parse(response.body(), error);
    if (error || !value.is_object()) throw Unanswered{"the gateway answered " + std::to_string(response.result_int()) + " and no JSON"};
    return {response.result_int(), std::move(value.get_object())};
}

} // namespace gatehouse::cli
