#pragma once

#include "http/api/issues.hpp"
#include "http/api/params.hpp"
#include "http/api/route.hpp"

namespace gatehouse::http::api {

/// Checks what holds between parameters; before fallbacks are filled in.
void check_rules(const Route& route, const std::vector<Value>& values, Issues& issues);

} // namespace gatehouse::http::api
