#include "http/transport/outbound.hpp"

#include <boost/beast/http/status.hpp>

#include <spdlog/spdlog.h>

namespace gatehouse::http::transport {

namespace {

constexpr std::size_t small_body = 8 * 1024; ///< copying this much is cheaper than a second buffer

void add(std::string& head, std::string_view name, std::string_view value)
{
    head.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

void Outbound::set(Response response, std::string_view id, After after, bool head_only)
{
    const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
    head_.assign("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason).append("\r\n");
    add(head_, "content-type", response.content_type);
    add(head_, "content-length", std::to_string(response.body.size()));
    add(head_, "seam-request-id", id);
    for (const auto& [name, value] : response.headers) {
        if ((name + value).find_first_of("\r\n") == std::string::npos)
            add(head_, name, value);
        else
            spdlog::error("header_dropped request={} name_size={}", id, name.size());
    }
    if (after == After::close) add(head_, "connection", "close");
    if (after == After::keep_1_0) add(head_, "connection", "keep-alive");
    head_ += "\r\n";
    body_.clear();
    if (head_only) return;
    if (response.body.size() <= small_body)
        head_ += response.body;
    else
        body_ = std::move(response.body);
}

std::array<asio::const_buffer, 2> Outbound::buffers() const
{
    return {asio::buffer(head_), asio::buffer(body_)};
}

Response refusal(unsigned status)
{
    std::string_view type = "invalid_input", message = "Malformed HTTP request";
    if (status == 413) type = "payload_too_large", message = "Request body is too large";
    if (status == 431) type = "header_too_large", message = "Request headers are too large";
    if (status == 503) type = "too_busy", message = "Too many large requests at once; try again";
    if (status == 500) type = "internal_server_error", message = "Internal server error";
    std::string body = R"({"error":{"type":")";
    body.append(type).append(R"(","message":")").append(message).append(R"("},"ok":false})");
    return {.status = status, .body = std::move(body)};
}

} // namespace gatehouse::http::transport
