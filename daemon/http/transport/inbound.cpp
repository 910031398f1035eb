#include "http/transport/inbound.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

#include <algorithm>
#include <optional>

namespace gatehouse::http::transport {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

constexpr std::size_t first_buffer = 2 * 1024;
constexpr std::size_t body_buffer = 16 * 1024;
constexpr std::size_t kept_body = 16 * 1024; ///< more memory than this is given back after a request

Verb verb_of(http::verb verb)
{
    switch (verb) {
    case http::verb::get:
        return Verb::get;
    case http::verb::post:
        return Verb::post;
    case http::verb::put:
        return Verb::put;
    case http::verb::patch:
        return Verb::patch;
    case http::verb::delete_:
        return Verb::del;
    case http::verb::head:
        return Verb::head;
    case http::verb::options:
        return Verb::options;
    default:
        return Verb::other;
    }
}

/// Where the value of a header is kept; null for those nobody reads.
std::string* place_of(Received& received, http::field field, string_view name)
{
    switch (field) {
    case http::field::authorization:
        return &received.authorization;
    case http::field::host:
        return &received.host;
    case http::field::content_type:
        return &received.content_type;
    case http::field::unknown:
        break;
    default:
        return nullptr;
    }
    if (beast::iequals(name, "client-session-token") || beast::iequals(name, "seam-client-session-token"))
        return &received.client_session_token;
    if (beast::iequals(name, "seam-publishable-key")) return &received.publishable_key;
    if (beast::iequals(name, "seam-workspace")) return &received.workspace;
    return nullptr;
}

} // namespace

/// Beast's parser, writing into memory that is used again from request to request.
class Inbound::Parser final : public http::basic_parser<true> {
public:
    Parser(const Limits& limits, Received& into) : into_{into}
    {
        header_limit(static_cast<std::uint32_t>(limits.header));
        body_limit(limits.body);
        eager(true);
    }

private:
    void on_request_impl(http::verb verb, string_view, string_view target, int version, error_code&) override
    {
        into_.verb = verb_of(verb);
        into_.target.assign(target);
        into_.is_http_1_0 = version < 11;
    }
    void on_field_impl(http::field field, string_view name, string_view value, error_code& ec) override
    {
        if (in_trailer_) return; // nobody reads those: a key that comes behind the body would not have been there to be checked
        if (field == http::field::expect) into_.expects_continue = beast::iequals(value, "100-continue");
        if (field == http::field::transfer_encoding && !beast::iequals(value, "chunked")) ec = http::error::bad_transfer_encoding;
        auto* const place = place_of(into_, field, name);
        if (place == nullptr) return;
        const bool contradicts = !place->empty() && *place != std::string_view{value};
        if (contradicts) ec = http::error::bad_value; // two values that differ: nobody can tell which one was meant
        place->assign(value);
    }
    void on_header_impl(error_code&) override { in_trailer_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override
    {
        if (length) into_.body.reserve(std::min<std::uint64_t>(*length, kept_body)); // no memory on the client's word alone
    }
    std::size_t on_body_impl(string_view body, error_code&) override
    {
        into_.body.append(body);
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override
    {
        into_.body.append(body);
        return body.size();
    }
    void on_finish_impl(error_code&) override {}
    void on_response_impl(int, string_view, int, error_code&) override {}

    Received& into_;
    bool in_trailer_ = false;

public:
    std::size_t header_bytes = 0;
};

void Received::clear()
{
    verb = Verb::other;
    for (auto* const text : {&target, &authorization, &client_session_token, &publishable_key, &workspace, &content_type, &host, &body})
        text->clear();
    if (body.capacity() > kept_body) body = {};
    expects_continue = false;
}

Inbound::Inbound(const Limits& limits) : limits_{&limits}, parser_{std::make_unique<Parser>(limits, received_)} {}
Inbound::~Inbound() = default;

std::span<char> Inbound::prepare()
{
    const bool in_body = parser_->is_header_done();
    const auto wanted = in_body ? body_buffer : std::max(first_buffer, end_ - begin_);
    if (begin_ > 0)
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
                  buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (buffer_.size() < end_ + wanted) buffer_.resize(end_ + wanted);
    return std::span{buffer_}.subspan(end_);
}

Inbound::Phase Inbound::advance()
{
    while (begin_ < end_ && !parser_->is_done()) {
        const bool in_header = !parser_->is_header_done();
        error_code ec;
        const auto used = parser_->put(boost::asio::const_buffer(buffer_.data() + begin_, end_ - begin_), ec);
        begin_ += used;
        if (in_header) parser_->header_bytes += used;
        const bool unfinished = !parser_->is_header_done();
        const auto waiting = end_ - begin_ + (unfinished ? parser_->header_bytes : 0); // behind the header: a chunk's line, a trailer
        const bool too_long = (unfinished || ec == http::error::need_more) && waiting > limits_->header;
        if (too_long || ec == http::error::header_limit)
            refusal_ = 431;
        else if (ec == http::error::body_limit)
            refusal_ = 413;
        else if (ec && ec != http::error::need_more)
            refusal_ = 400;
        if (refusal_ != 0) return Phase::refused;
        if (ec == http::error::need_more) break;
    }
    if (parser_->is_done()) return Phase::complete;
    if (parser_->is_header_done()) return Phase::body;
    return parser_->got_some() || begin_ < end_ ? Phase::header : Phase::waiting;
}

bool Inbound::wants_continue()
{
    const bool wanted = received_.expects_continue && parser_->is_header_done() && received_.body.empty() && begin_ == end_;
    received_.expects_continue = received_.expects_continue && !wanted;
    return wanted;
}

void Inbound::next()
{
    parser_ = std::make_unique<Parser>(*limits_, received_);
    received_.clear();
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (buffer_.size() > first_buffer) std::vector<char>(first_buffer).swap(buffer_);
    }
}

void Inbound::let_go()
{
    std::vector<char>().swap(buffer_);
    std::string().swap(received_.body);
    begin_ = end_ = 0;
}

std::size_t Inbound::held() const
{
    return buffer_.size() + received_.body.capacity();
}

bool Inbound::keep_alive() const
{
    return parser_->keep_alive();
}

} // namespace gatehouse::http::transport
