#pragma once

#include "http/api/issues.hpp"
#include "http/api/params.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace gatehouse::http::api {

/// Checks one JSON value against its kind. What is wrong goes to `issues` under `path`; the value is then meaningless.
Value check(const Kind& kind, const json::value& given, std::string& path, Issues& issues);

/// Checks the members of `given` against `fields`; unknown ones are dropped (unknown.hpp), fallbacks are not filled in yet.
std::vector<Value> check_members(const Fields& fields, const json::object& given, std::string& path, Issues& issues);

/// Puts the fallback where a parameter was left out.
void fill_fallbacks(const Fields& fields, std::vector<Value>& values);

} // namespace gatehouse::http::api
