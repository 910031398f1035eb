#include "http/api/body.hpp"

#include "base/place.hpp"
#include "http/api/json_reader.hpp"
#include "http/api/respond.hpp"

#include <boost/json/serializer.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::http::api {

namespace {

constexpr std::size_t slice = one_turn;
constexpr std::size_t deepest = 32;
constexpr std::size_t key_shown = 64;

json::parse_options options()
{
    json::parse_options wanted;
    wanted.max_depth = deepest;
    return wanted;
}

base::Error wrong(std::string_view why)
{
    return base::fail(base::Fault::invalid, std::string{why});
}

bool is_blank_body(std::string_view body)
{
    return body.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// A key as it is told of: not all of a long one, and whole characters.
std::string shown(const std::string& key)
{
    auto end = std::min(key.size(), key_shown);
    while (end > 0 && end < key.size() && (static_cast<unsigned char>(key[end]) & 0xC0) == 0x80) --end;
    return key.substr(0, end);
}

/// Writes a part of the body; answers how many bytes of it were JSON. What follows the value is an error as well.
std::size_t take(JsonReader& parser, std::string_view part, boost::system::error_code& ec)
{
    const auto taken = parser.take(part, ec);
    const auto rest = part.substr(taken);
    if (!ec && !is_blank_body(rest)) ec = json::error::extra_data;
    return taken;
}

/// `read`: how much of the body there was up to where it went wrong, or all of it.
base::Result<json::value> finished(JsonReader& parser, std::string_view read, boost::system::error_code ec)
{
    if (!ec) parser.finish(ec);
    if (const auto& key = parser.twice(); !key.empty())
        return wrong("Request body has `" + shown(key) + "` twice in one object, again at " + base::place_behind(read));
    if (ec) return wrong("Request body is not valid JSON at " + base::place_behind(read));
    auto value = parser.release();
    if (!value.is_object()) return wrong("Request body must be a JSON object");
    return value;
}

} // namespace

base::Result<json::value> parse_at_once(std::string_view body, json::storage_ptr storage)
{
    if (is_blank_body(body)) return json::value(json::object_kind, storage);
    std::array<unsigned char, 1024> scratch; // uninitialised on purpose: the parser's own stack space
    JsonReader parser{std::move(storage), options(), scratch};
    boost::system::error_code ec;
    const auto taken = take(parser, body, ec);
    return finished(parser, body.substr(0, taken), ec);
}

asio::awaitable<base::Result<json::value>> parse_body(std::string_view body, json::storage_ptr storage)
{
    if (is_blank_body(body)) co_return json::value(json::object_kind, storage);
    JsonReader parser{std::move(storage), options(), {}};
    boost::system::error_code ec;
    std::size_t taken = 0;
    for (auto left = body; !left.empty() && !ec;) {
        const auto part = left.substr(0, slice);
        taken += take(parser, part, ec);
        left.remove_prefix(part.size());
        if (!left.empty()) co_await next_turn();
    }
    co_return finished(parser, body.substr(0, taken), ec);
}

asio::awaitable<std::string> write_body(const json::object& body)
{
    json::serializer writer;
    writer.reset(&body);
    std::string out;
    std::size_t turn_ends = slice;
    std::size_t size = 0;
    out.resize(1024);
    for (;;) {
        size += writer.read(out.data() + size, out.size() - size).size();
        if (writer.done()) break;
        out.resize(out.size() * 2);
        if (size < turn_ends) continue;
        turn_ends = size + slice;
        co_await next_turn();
    }
    out.resize(size);
    co_return out;
}

} // namespace gatehouse::http::api
