#pragma once

#include "http/api/issues.hpp"
#include "http/api/params.hpp"

#include <string>
#include <string_view>

namespace gatehouse::http::api {

/// Checks a text against one of the kinds that are written as text. Source: reference of the API, "Validation and common rules".
Value check_text(const Kind& kind, std::string_view given, std::string_view path, Issues& issues);

} // namespace gatehouse::http::api
