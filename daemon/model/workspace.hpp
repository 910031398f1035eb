#pragma once

#include "model/change.hpp"
#include "model/hours.hpp"
#include "model/table.hpp"

namespace gatehouse::model {

/// One end of a relation, with the change that made it.
template <class IdType>
struct Link {
    IdType id;
    ChangeNumber touched = 0;
};

struct HoursNode {
    Hours row;
    WeeklyHours hours;
};
using HoursMap = std::map<std::string, HoursNode, std::less<>>;

struct IdentityNode {
    Identity row;
    std::vector<UserId> users;
    std::vector<Link<DoorId>> doors; ///< device grants
    std::vector<AccessGrantId> grants;
};

struct UserNode {
    User row;
    std::vector<Link<GroupId>> groups;
    std::vector<Link<EntranceId>> direct;
    std::vector<CredentialId> credentials;
};

struct CredentialNode {
    Credential row;
    std::vector<Link<EntranceId>> list;
    std::vector<Link<DoorId>> doors; ///< of its list as well
};

struct SystemNode {
    System row;
    std::size_t users = 0, groups = 0, entrances = 0, credentials = 0;
};

struct GroupNode {
    Group row;
    std::vector<GroupEntrance> entrances;
    std::vector<UserId> members;
};

struct EntranceNode {
    Entrance row;
    std::vector<GroupId> groups;
    std::vector<UserId> direct;
    std::vector<CredentialId> listed;
    std::vector<AccessGrantId> grants;
};

struct GrantNode {
    AccessGrant row;
    std::vector<Link<EntranceId>> entrances;
    std::vector<Link<DoorId>> doors;
    std::vector<MethodId> methods;
};

struct MethodNode {
    GrantMethod row;
    std::vector<Link<CredentialId>> credentials; ///< some may be gone from the directory, and not yet from devices
};

struct AttemptNode {
    ActionAttempt row;
};

/// Everything of one tenant. The directory hands it out as const; only applied changes alter it. Core thread.
struct Workspace {
    WorkspaceRow row;
    const HoursMap* hours = nullptr; ///< the site's
    Table<SystemNode> systems;
    Table<GroupNode> groups;
    Table<EntranceNode> entrances;
    Table<IdentityNode> identities;
    Table<UserNode> users;
    Table<CredentialNode> credentials;
    Table<GrantNode> grants;
    Table<MethodNode> methods;
    Table<AttemptNode> attempts;

    base::TextMap<IdentityId> identity_by_email; ///< lower-case
    base::TextMap<IdentityId> identity_by_phone;
    base::TextMap<IdentityId> identity_by_key;
    base::TextMap<std::vector<CredentialId>> credentials_by_presentation;
    base::TextMap<std::vector<CredentialId>> credentials_by_code;
    base::TextMap<AccessGrantId> grant_by_key;
    base::FlatMap<CredentialId, MethodId, IdHash> method_by_credential; ///< those that are gone and not yet proven gone too
};

/// E-mail addresses are compared without case.
std::string folded(std::string_view email);

/// What a reader may present for this card, one text a form: "number:h10301:110:12345", "uid:04a1b2c3".
std::vector<std::string> presentations(const Credential& credential);

/// Whose credential it is for the rule of one holder: the identity, else the user, else nobody (stock).
std::optional<Uuid> holder(const Workspace& workspace, const Credential& credential);

} // namespace gatehouse::model
