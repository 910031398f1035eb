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

/// Somebody's word that something is gone which nothing can prove.
struct Attested {
    std::string by;
    base::Instant at;
};

/// Access that was taken away and is not yet proven gone; or that ended by somebody's word instead of a proof.
struct ResidualRow {
    AccessRow access;
    std::string person;      ///< name; of somebody who is gone, the last
    std::uint64_t entry = 0; ///< hash of what the entry goes by on its controller: what is nobody's has nothing else that tells it apart
    bool of_tenant = false;  ///< another workspace's, at a door of this one: `person` is that workspace's name, and its ids are not shown
    std::optional<Attested> attested;
};

/// What people of another workspace are called by, whose names are its own business.
std::string tenant_name(const model::Directory& directory, const model::WorkspaceId& id);

/// Every door one credential has a way to, with its truth there. A door whose hardware never takes such a credential is left out.
std::vector<AccessRow> access_of(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential);

/// The same at one door; nothing where it has no way to it, or the hardware never takes such a credential.
std::optional<AccessRow> access_at(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential,
                                   const model::DoorNode& door);

/// Of somebody who is stopped: whether no door it leads to could take it, were that not so. False while a controller is not served.
bool held_nowhere(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential);
/// Whether it is a card or a code, leads to a door, and no door that it leads to takes one, by its mode and its hardware.
bool asked_nowhere(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential);

/// What may still open though it should not: of one credential; of a user, by what it holds and by what it held.
std::vector<ResidualRow> residuals_of(const Reconciler& reconciler, const model::WorkspaceId& workspace,
                                      const model::CredentialId& credential);
std::vector<ResidualRow> residuals_of(const Reconciler& reconciler, const model::WorkspaceId& workspace, const model::UserNode& user);
/// Of users that are gone, by the person they were.
std::vector<ResidualRow> residuals_of_gone(const Reconciler& reconciler, const model::Workspace& workspace,
                                           const model::IdentityId& person);
/// All that a workspace has to know of, in order of device and key: its own people's, and other workspaces' at doors it owns.
std::vector<ResidualRow> residuals(const Reconciler& reconciler, const model::WorkspaceId& workspace);
/// The same, some entries at a time; entries may come and go between two steps.
class ResidualWalk {
public:
    ResidualWalk(const Reconciler& reconciler, const model::WorkspaceId& workspace) : reconciler_{reconciler}, workspace_{workspace} {}
    /// False: there are no more.
    bool step(std::size_t entries);
    std::vector<ResidualRow> take() { return std::exchange(rows_, {}); }

private:
    const Reconciler& reconciler_;
    model::WorkspaceId workspace_;
    std::optional<model::DeviceId> device_; ///< where it is, and behind which key
    std::string behind_;
    bool placed_ = true; ///< entries on record are not all looked at
    std::vector<ResidualRow> rows_;
};

/// What one device may open beyond what is granted: entries on record, then those of nobody.
std::vector<ResidualRow> residuals_on(const Reconciler& reconciler, const model::DeviceId& device);
/// The same, some entries at a time.
class ResidualsOn {
public:
    ResidualsOn(const Reconciler& reconciler, const model::DeviceId& device) : reconciler_{reconciler}, device_{device} {}
    /// False: there are no more.
    bool step(std::size_t entries);
    std::vector<ResidualRow> take() { return std::exchange(rows_, {}); }

private:
    const Reconciler& reconciler_;
    model::DeviceId device_;
    std::optional<std::string> behind_; ///< the key it has come to
    bool placed_ = true;                ///< entries on record are not all looked at
    std::vector<ResidualRow> rows_;
};
/// What a workspace has to know of, and what ended by somebody's word; these are no residuals any more.
std::vector<ResidualRow> attested(const Reconciler& reconciler, const model::WorkspaceId& workspace);

/// One credential's truth over all its doors, as Seam's own fields tell it.
struct CredentialTruth {
    std::optional<bool> synced = true;      ///< nothing: assumed or unknown for too long
    std::optional<base::Instant> synced_at; ///< oldest read-back among its doors
    std::vector<AccessRow> rows;
    std::vector<ResidualRow> residuals;
};
CredentialTruth truth_of(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential);

std::string_view to_string(model::Truth truth);

} // namespace gatehouse::reconcile
