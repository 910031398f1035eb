#pragma once

#include "http/api/openapi.hpp"
#include "http/context.hpp"

namespace gatehouse::http {

// Access grants and their methods, with what device truth says of them. Core thread.

json::object access_grant_json(const Context& context, const model::GrantNode& grant);
json::object access_method_json(const Context& context, const model::MethodNode& method);
/// Whether no door can take it, or none asks for it.
bool failed_to_issue(const Context& context, const model::MethodNode& method);

/// `access_grant` and `access_method` for the OpenAPI document.
api::Schemas grant_schemas();

} // namespace gatehouse::http
