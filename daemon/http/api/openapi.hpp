#pragma once

#include "http/api/fields.hpp"
#include "http/api/route.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::http::api {

/// The resources that answers consist of, by name ("acs_user"). Members follow the rules of parameters: `optional` ones may be absent.
using Schemas = std::map<std::string, Fields, std::less<>>;

struct About {
    std::string title = "Gatehouse";
    std::string version = "0.1.0";
};

/// Writes the OpenAPI 3 document of a table. Resources a route names and `schemas` lacks become plain objects.
/// Threads: any. Source: https://spec.openapis.org/oas/v3.0.3
std::string openapi_document(const About& about, const std::vector<const Route*>& routes, const Schemas& schemas);

} // namespace gatehouse::http::api
