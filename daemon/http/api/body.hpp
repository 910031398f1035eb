#pragma once

#include "base/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace gatehouse::http::api {

namespace asio = boost::asio;
namespace json = boost::json;

/// Bodies up to this size are read in one turn of the core thread: well under 500 microseconds.
inline constexpr std::size_t one_turn = 32 * 1024;

/// As parse_body, in this turn: for a body of at most `one_turn`.
base::Result<json::value> parse_at_once(std::string_view body, json::storage_ptr storage);

/// Reads a JSON object; an empty body counts as `{}`. At most 32 levels deep; large bodies are read over several turns of the core
/// thread. Values live in `storage`. Errors: invalid (malformed, too deep, not an object). Threads: the executor's.
asio::awaitable<base::Result<json::value>> parse_body(std::string_view body, json::storage_ptr storage);

/// Writes JSON, over several turns when it is large.
asio::awaitable<std::string> write_body(const json::object& body);

} // namespace gatehouse::http::api
