#pragma once

#include "http/api/openapi.hpp"
#include "http/context.hpp"

namespace gatehouse::http {

// People and their accounts, as the API shows them. Core thread.

json::object user_identity_json(const Context& context, const model::IdentityNode& identity);
/// With pending mutations, warnings and errors from device truth.
json::object acs_user_json(const Context& context, const model::UserNode& user);

/// `user_identity` and `acs_user` for the OpenAPI document.
api::Schemas people_schemas();

} // namespace gatehouse::http
