#pragma once

#include "http/context.hpp"

namespace gatehouse::http {

/// A credential with what device truth says of it. Core thread.
json::object acs_credential_json(const Context& context, const model::CredentialNode& credential);

} // namespace gatehouse::http
