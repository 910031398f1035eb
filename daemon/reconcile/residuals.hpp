#pragma once

#include "reconcile/access_row.hpp"

namespace gatehouse::reconcile {

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

} // namespace gatehouse::reconcile
