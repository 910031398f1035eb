#pragma once

#include "http/changes.hpp"

#include <variant>

namespace gatehouse::http {

/// A credential as a request wants it, ready to be applied.
struct PlannedCredential {
    model::CredentialId credential;
    Edit edit;
};

/// Checks what the endpoint table cannot: the owner, the card's numbers, the window, the list. Apply it without waiting in between.
asio::awaitable<std::variant<PlannedCredential, Answer>> plan_credential(Context& context, const Params& params);

/// Parameters of acs/credentials/create: Seam's, and our own for raw cards.
api::Fields credential_fields();

} // namespace gatehouse::http
