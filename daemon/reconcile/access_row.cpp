#include "reconcile/access_row.hpp"

namespace gatehouse::reconcile {

using model::Truth;

std::optional<model::IdentityId> identity_of(const model::Workspace& workspace, const std::optional<model::UserId>& user)
{
    const auto* node = user ? workspace.users.find(*user) : nullptr;
    return node == nullptr ? std::nullopt : node->row.identity;
}

void tell(AccessRow& row, const model::Placement& placement, bool ends)
{
    row.since = placement.since;
    row.verified_at = placement.verified_at;
    row.number = placement.number;
    row.reason = placement.reason;
    if (ends && placement.until != base::no_end) row.ends_at = placement.until;
}

std::string_view to_string(Truth truth)
{
    switch (truth) {
    case Truth::pending:
        return "pending";
    case Truth::assumed:
        return "assumed";
    case Truth::verified:
        return "verified";
    case Truth::refused:
        return "refused";
    case Truth::unknown:
        return "unknown";
    }
    return "unknown";
}

} // namespace gatehouse::reconcile
