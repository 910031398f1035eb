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

/// Reads a JSON object; an empty body counts as `{}`. At most 32 levels deep; large bodies are read over several turns of the core
/// thread. Values live in `storage`. Errors: invalid (malformed, too deep, not an object). Threads: the executor's.
asio::awaitable<base::Result<json::value>> parse_body(std::string_view body, json::storage_ptr storage);

/// Writes JSON, over several turns when it is large.
asio::awaitable<std::string> write_body(const json::object& body);

} // namespace gatehouse::http::api
