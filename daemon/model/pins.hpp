#pragma once

#include "model/directory.hpp"

namespace gatehouse::model {

// A code that opens a door by itself is one person's alone there, over all systems and workspaces: of those who have it, the one who had
// it first. That is a stored row for each door and code, a claim; it is made by the change that led there and ends when the code no longer
// leads there and is proven gone. So no answer depends on the order in which rows are read.

/// What claims a change may bear on.
struct CodeScope {
    std::set<CredentialId> credentials;
    std::set<CredentialId> asked; ///< of those: the change itself gives them their code or their owner, and a clash refuses it
    std::set<DoorId> doors;       ///< everybody with a way to these
    std::set<DoorId> narrowed;    ///< whoever has a code at these: a way to them went
    /// Members of a group that gets a way to a door.
    struct Path {
        DoorId door;
        WorkspaceId workspace;
        GroupId group;
        friend auto operator<=>(const Path&, const Path&) = default;
    };
    std::set<Path> paths;
    bool empty() const { return credentials.empty() && doors.empty() && narrowed.empty() && paths.empty(); }
};

/// Adds what a row bears on, as the directory stands now. Called before and after the row is applied.
void affected_codes(const Directory& directory, const Mutation& mutation, CodeScope& scope);

/// Adds whoever may wait for a code that a device may have held by this placement, which is gone or opens less.
void affected_codes(const Directory& directory, const Placement& placement, CodeScope& scope);
/// Every code there is, and every claim.
CodeScope every_code(const Directory& directory);

/// The claims that are to be put and erased, in an order that can be applied.
struct ClaimPlan {
    std::vector<Mutation> rows;
    bool clash = false;           ///< somebody of `asked` comes second at a door
    std::set<DoorId> at_others{}; ///< doors where that is to another person
};
/// Pure. At one moment the oldest credential comes first; one whose time is over gives way when its code is proven gone.
ClaimPlan plan_claims(const Directory& directory, const CodeScope& scope, Instant now);

/// Whether the time of whoever has the code has passed, or nobody has it any more: then it is free for others when it is proven gone.
bool is_over(const Directory& directory, const PinClaim& claim, Instant now);

/// Whether a device of the door may still open by the code of the credential.
bool may_still_open(const Directory& directory, const DoorNode& door, const CredentialId& credential, std::string_view pin);

} // namespace gatehouse::model
