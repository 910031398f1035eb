#pragma once

#include "http/api/fields.hpp"
#include "http/api/issues.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace gatehouse::http::api {

/// Looks at the members of `given` that `fields` does not have. One that can only be meant as one of them is an issue that names it: a
/// misspelt end must not become none. So is a time of another name, in an object or where the endpoint takes an end. Others pass, for newer
/// clients send parameters of their own, and are noted as ignored.
void check_unknown(const Fields& fields, const json::object& given, const std::string& path, Issues& issues);

} // namespace gatehouse::http::api
