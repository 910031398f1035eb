#pragma once

#include "http/context.hpp"

namespace gatehouse::http {

/// Device truth of all a user holds, in the closed lists of codes the API has for a user (docs/access.md, "What the API shows").
struct UserTruth {
    json::array errors, warnings, pending_mutations;
    std::optional<base::Instant> synced_at; ///< oldest proof, when everything is proven
};

/// Core thread.
UserTruth truth_of(const Context& context, const model::UserNode& user);

/// What devices refuse of the user: the same errors, without the rest.
json::array errors_of(const Context& context, const model::UserNode& user);

} // namespace gatehouse::http
