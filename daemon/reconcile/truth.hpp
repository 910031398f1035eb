#pragma once

#include "reconcile/residuals.hpp"

namespace gatehouse::reconcile {

/// Every door one credential has a way to, with its truth there. A door whose hardware never takes such a credential is left out.
std::vector<AccessRow> access_of(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential);

/// The same at one door; nothing where it has no way to it, or the hardware never takes such a credential.
std::optional<AccessRow> access_at(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential,
                                   const model::DoorNode& door);

/// Of somebody who is stopped: whether no door it leads to could take it, were that not so. False while a controller is not served.
bool held_nowhere(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential);
/// Whether it is a card or a code, leads to a door, and no door that it leads to takes one, by its mode and its hardware.
bool asked_nowhere(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential);

/// One credential's truth over all its doors, as Seam's own fields tell it.
struct CredentialTruth {
    std::optional<bool> synced = true;      ///< nothing: assumed or unknown for too long
    std::optional<base::Instant> synced_at; ///< oldest read-back among its doors
    std::vector<AccessRow> rows;
    std::vector<ResidualRow> residuals;
};
CredentialTruth truth_of(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential);

} // namespace gatehouse::reconcile
