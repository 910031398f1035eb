#pragma once

#include "model/change.hpp"
#include "model/hours.hpp"
#include "model/links.hpp"
#include "model/table.hpp"
#include "model/text_index.hpp"

namespace gatehouse::model {

struct HoursNode {
    Hours row;
    WeeklyHours hours;
};
using HoursMap = std::map<std::string, HoursNode, std::less<>>;

struct IdentityNode {
    Identity row;
    List<UserId> users;
    List<Link<DoorId>> doors; ///< device grants
    List<AccessGrantId> grants;
};

struct GroupNode;

struct UserNode {
    User row;
    LinkedEnds<GroupNode, GroupId> groups;
    List<Link<EntranceId>> direct;
    List<CredentialId> credentials;
    const IdentityNode* identity = nullptr; ///< the row's; it cannot be erased meanwhile
    std::uint32_t codes = 0;                ///< of the credentials
};

struct CredentialNode {
    Credential row;
    List<Link<EntranceId>> list;
    List<Link<DoorId>> doors;       ///< of its list as well
    const UserNode* user = nullptr; ///< the row's; it cannot be erased meanwhile
};

struct SystemNode {
    System row;
    std::size_t users = 0, groups = 0, entrances = 0, credentials = 0;
};

struct GroupNode {
    Group row;
    std::vector<GroupEntrance> entrances;
    Ends<UserNode, UserId> members;
};

struct EntranceNode {
    Entrance row;
    Ends<GroupNode, GroupId> groups;
    std::vector<UserId> direct;
    std::vector<CredentialId> listed;
    std::vector<AccessGrantId> grants;
};

struct GrantNode {
    AccessGrant row;
    List<Link<EntranceId>> entrances;
    List<Link<DoorId>> doors;
    List<MethodId> methods;
};

struct MethodNode {
    GrantMethod row;
    List<Link<CredentialId>> credentials; ///< some may be gone from the directory, and not yet from devices
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

    TextIndex<IdentityNode> identities_by_email; ///< lower-case; see identity_by_email
    base::TextMap<IdentityId> identity_by_phone;
    base::TextMap<IdentityId> identity_by_key;
    TextIndex<CredentialNode> credentials_by_presentation; ///< see each_presented
    base::TextMap<std::vector<CredentialId>> credentials_by_code;
    base::TextMap<AccessGrantId> grant_by_key;
    base::FlatMap<CredentialId, MethodId, IdHash> method_by_credential; ///< those that are gone and not yet proven gone too

    /// Restoring: memberships come user by user, so the list of one is cut to its size when the next begins.
    void fill_groups_of(UserNode* user);
    UserNode* filling = nullptr;

    void restoring();
    void settle();
};

/// E-mail addresses are compared without case.
std::string folded(std::string_view email);

/// What a reader may present for this card, one text a form: "number:h10301:110:12345", "uid:04a1b2c3".
std::vector<std::string> presentations(const Credential& credential);

/// Whether one of them is `form`.
bool presents(const Credential& credential, std::string_view form);

/// Visits every card of the workspace that may be presented so.
template <class Visit>
void each_presented(const Workspace& workspace, std::string_view form, Visit visit)
{
    workspace.credentials_by_presentation.each(form, [&form, &visit](const CredentialNode& node) {
        if (presents(node.row, form)) visit(node);
    });
}

/// Who has the address, given as `folded` has it.
const IdentityNode* identity_by_email(const Workspace& workspace, std::string_view folded);

/// Whose credential it is for the rule of one holder: the identity, else the user, else nobody (stock).
std::optional<Uuid> holder(const CredentialNode& credential);

} // namespace gatehouse::model
