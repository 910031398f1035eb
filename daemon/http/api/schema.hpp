#pragma once

#include "http/api/fields.hpp"

#include <boost/json/object.hpp>

namespace gatehouse::http::api {

namespace json = boost::json;

/// The JSON schema of a kind, as OpenAPI 3.0 writes it (`nullable`, no type lists).
json::object schema_of(const Kind& kind);

/// The schema of an object with these members.
json::object schema_of(const Fields& fields);

json::value schema_of(const Fallback& fallback);

} // namespace gatehouse::http::api
