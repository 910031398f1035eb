#pragma once

#include "model/placements.hpp"
#include "model/workspace.hpp"

#include <memory>
#include <set>
#include <span>

namespace gatehouse::model {

struct DeviceNode {
    Device row;
    std::vector<DoorId> doors;
};

/// An object of a tenant, seen from the site.
template <class IdType>
struct Owned {
    WorkspaceId workspace;
    IdType id;
    friend bool operator==(const Owned&, const Owned&) = default;
};

struct DoorNode {
    Door row;
    std::vector<WorkspaceId> shared_with;
    std::vector<Owned<EntranceId>> entrances;          ///< of every workspace
    std::vector<Owned<IdentityId>> identities;         ///< holders of a device grant
    std::vector<Owned<AccessGrantId>> grants;          ///< that name the door itself
    std::vector<Owned<CredentialId>> listed;           ///< on whose list it is
    std::map<std::string, PinClaim, std::less<>> pins; ///< whose a code is here, where codes open by themselves
    std::string mode = "card";                         ///< that of its owner's entrance, the lowest id of several; `card` without one
};

/// Where a credential has a claim.
struct PinAt {
    DoorId door;
    std::string pin;
    friend bool operator==(const PinAt&, const PinAt&) = default;
};

/// The whole model in memory: a workspace per tenant and what belongs to the site. It is changed by applied mutations only, and a mutation
/// that would leave it inconsistent (a missing parent, a taken name or number, an orphan) is refused. Core thread.
class Directory {
public:
    const Workspace* workspace(const WorkspaceId& id) const;
    const std::map<WorkspaceId, std::unique_ptr<Workspace>>& workspaces() const { return workspaces_; }
    const HoursMap& hours() const { return *hours_; }
    const std::map<LineId, Line>& lines() const { return lines_; }
    const std::map<DeviceId, DeviceNode>& devices() const { return devices_; }
    const std::map<DoorId, DoorNode>& doors() const { return doors_; }
    const Line* line(const LineId& id) const;
    const DeviceNode* device(const DeviceId& id) const;
    /// In order of id, as in `devices`.
    const std::set<DeviceId>& devices_on(const LineId& line) const;
    const DoorNode* door(const DoorId& id) const;
    const Token* token(const base::Digest& digest) const;
    const std::map<TokenId, Token>& tokens() const { return tokens_; }
    /// Where the credential, which may be deleted, has a claim to a code.
    std::span<const PinAt> claims_of(const CredentialId& credential) const;
    /// Every credential that has one, in order.
    std::vector<CredentialId> claimants() const;

    /// Applies one row and returns the mutation that undoes it.
    /// Errors: not_found  a row it refers to is missing;
    ///         conflict   a name, number or key is taken (code is the API's error type), or rows still depend on an erased one;
    ///         invalid    the row contradicts another (a group of another system).
    base::Result<Mutation> apply(const Mutation& mutation);
    /// Undoes what `apply` returned, newest first.
    void revert(const Mutation& inverse);

    /// Loading: rows in the order of `Row`, parents first; `finish_restore` orders the lists.
    /// Errors: those of apply, for a row that contradicts the rest; it is left out, is as it was, and opens nothing.
    base::Result<void> restore(Row&& row);
    base::Result<void> restore(const Row& row) { return restore(Row{row}); }
    void finish_restore();

    Placements& placements() { return placements_; }
    const Placements& placements() const { return placements_; }

private:
    friend struct Applier;
    Workspace* tenant(const WorkspaceId& id);

    std::map<WorkspaceId, std::unique_ptr<Workspace>> workspaces_;
    std::unique_ptr<HoursMap> hours_ = std::make_unique<HoursMap>(); ///< every workspace looks at it
    std::map<LineId, Line> lines_;
    std::map<DeviceId, DeviceNode> devices_;
    std::map<LineId, std::set<DeviceId>> devices_on_; ///< of lines that have some
    std::map<DoorId, DoorNode> doors_;
    std::map<TokenId, Token> tokens_;
    std::map<base::Digest, TokenId> token_by_digest_;
    base::Sharded<base::FlatMap<CredentialId, std::vector<PinAt>, IdHash>> claims_;
    Placements placements_;
    bool restoring_ = false, reverting_ = false;
};

} // namespace gatehouse::model
