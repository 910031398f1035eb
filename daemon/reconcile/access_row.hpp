#pragma once

#include "reconcile/reconciler.hpp"

namespace gatehouse::reconcile {

/// How one credential stands at one door: device truth, its age and its reason.
struct AccessRow {
    model::WorkspaceId workspace;
    model::CredentialId credential;
    std::optional<model::UserId> user;
    std::optional<model::IdentityId> identity; ///< the person that user is, or was
    model::DoorId door;                        ///< nil in a residual: an output of the controller that no door uses any more
    model::DeviceId controller;
    model::Truth state = model::Truth::pending;
    std::string reason; ///< for people: what keeps it from being verified; empty when it is
    std::optional<base::Instant> since, verified_at, ends_at;
    std::optional<base::Instant> scheduled_at; ///< its start lies ahead
    model::ChangeNumber number = 0;
    bool host_decides = false; ///< nothing is stored; the gateway answers every card
    bool late = false;         ///< not proven for longer than twice the device's read-back time
};

/// The person a user is: nothing for stock, for a user that is gone, and for one without a person.
std::optional<model::IdentityId> identity_of(const model::Workspace& workspace, const std::optional<model::UserId>& user);

/// What an entry on record tells. `ends`: the device's clock can be left to end it.
void tell(AccessRow& row, const model::Placement& placement, bool ends);

std::string_view to_string(model::Truth truth);

} // namespace gatehouse::reconcile
