#include "model/affected.hpp"

namespace gatehouse::model {

namespace {

void door_of(const Workspace& workspace, const EntranceId& id, std::vector<DoorId>& doors)
{
    if (const auto* entrance = workspace.entrances.find(id)) doors.push_back(entrance->row.door);
}

void doors_of(const Workspace& workspace, const GroupNode& group, std::vector<DoorId>& doors)
{
    for (const auto& path : group.entrances) door_of(workspace, path.entrance, doors);
}

void doors_of(const Workspace& workspace, const CredentialNode& credential, std::vector<DoorId>& doors)
{
    for (const auto& listed : credential.list) door_of(workspace, listed.id, doors);
    for (const auto& listed : credential.doors) doors.push_back(listed.id);
    if (credential.row.list != ListState::follows_user || !credential.row.user) return;
    if (const auto* user = workspace.users.find(*credential.row.user)) model::doors_of(workspace, *user, doors);
}

struct Affected {
    const Directory& directory;
    std::vector<DoorId>& doors;

    /// The node a row is about, in its workspace.
    template <class Table, class Id>
    void with(const WorkspaceId& id, Table Workspace::*table, const Id& row)
    {
        const auto* workspace = directory.workspace(id);
        if (workspace == nullptr) return;
        if (const auto* node = (workspace->*table).find(row)) model::doors_of(*workspace, *node, doors);
    }

    void operator()(const Identity& row)
    {
        const auto* workspace = directory.workspace(row.workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->identities.find(row.id);
        if (node == nullptr) return;
        for (const auto& id : node->users) model::doors_of(*workspace, *workspace->users.find(id), doors);
    }
    void operator()(const User& row) { with(row.workspace, &Workspace::users, row.id); }
    void operator()(const Membership& row)
    {
        const auto* workspace = directory.workspace(row.workspace);
        if (workspace == nullptr) return;
        if (const auto* group = workspace->groups.find(row.group)) doors_of(*workspace, *group, doors);
    }
    void operator()(const DirectGrant& row)
    {
        if (const auto* workspace = directory.workspace(row.workspace)) door_of(*workspace, row.entrance, doors);
    }
    void operator()(const DeviceGrant& row) { doors.push_back(row.door); }
    void operator()(const Credential& row)
    {
        const auto* workspace = directory.workspace(row.workspace);
        if (workspace == nullptr) return;
        if (const auto* node = workspace->credentials.find(row.id)) doors_of(*workspace, *node, doors);
    }
    void operator()(const CredentialEntrance& row)
    {
        if (const auto* workspace = directory.workspace(row.workspace)) door_of(*workspace, row.entrance, doors);
    }
    void operator()(const CredentialDoor& row) { doors.push_back(row.door); }
    void operator()(const PinClaim& row) { doors.push_back(row.door); }
    void operator()(const Entrance& row)
    {
        if (!row.door.nil()) doors.push_back(row.door); // an erased row may name its key alone
        if (const auto* workspace = directory.workspace(row.workspace)) door_of(*workspace, row.id, doors);
    }
    void operator()(const Group& row)
    {
        const auto* workspace = directory.workspace(row.workspace);
        if (workspace == nullptr) return;
        if (const auto* node = workspace->groups.find(row.id)) doors_of(*workspace, *node, doors);
    }
    void operator()(const GroupEntrance& row)
    {
        if (const auto* workspace = directory.workspace(row.workspace)) door_of(*workspace, row.entrance, doors);
    }
    void operator()(const Hours& row)
    {
        for (const auto& [id, workspace] : directory.workspaces())
            workspace->groups.walk(nullptr, [this, &row, &tenant = *workspace](const GroupNode& group) {
                for (const auto& path : group.entrances)
                    if (path.hours == row.key) door_of(tenant, path.entrance, doors);
                return true;
            });
    }
    void operator()(const Door& row) { doors.push_back(row.id); }
    void operator()(const DoorShare& row) { doors.push_back(row.door); }
    void operator()(const Device& row)
    {
        if (const auto* device = directory.device(row.id)) doors.insert(doors.end(), device->doors.begin(), device->doors.end());
    }

    // These bear on no door: names, tokens, attempts, containers.
    void operator()(const WorkspaceRow&) {}
    void operator()(const Line&) {}
    void operator()(const System&) {}
    void operator()(const Token&) {}
    void operator()(const AccessGrant&) {} // what its credentials open stands on their lists
    void operator()(const GrantEntrance&) {}
    void operator()(const GrantDoor&) {}
    void operator()(const GrantMethod&) {}
    void operator()(const MethodCredential&) {}
    void operator()(const ActionAttempt&) {}
};

} // namespace

void doors_of(const Workspace& workspace, const UserNode& user, std::vector<DoorId>& doors)
{
    for (const auto& membership : user.groups)
        if (const auto* group = workspace.groups.find(membership.id)) doors_of(workspace, *group, doors);
    for (const auto& direct : user.direct) door_of(workspace, direct.id, doors);
    for (const auto& id : user.credentials) {
        const auto& credential = *workspace.credentials.find(id);
        for (const auto& listed : credential.list) door_of(workspace, listed.id, doors);
        for (const auto& listed : credential.doors) doors.push_back(listed.id);
    }
    if (!user.row.identity) return;
    if (const auto* identity = workspace.identities.find(*user.row.identity))
        for (const auto& granted : identity->doors) doors.push_back(granted.id);
}

void affected_doors(const Directory& directory, const Mutation& mutation, std::vector<DoorId>& doors)
{
    Affected affected{directory, doors};
    std::visit([&affected](const auto& row) { affected(row); }, mutation.row);
}

bool may_narrow(const Directory& directory, const Mutation& mutation)
{
    if (std::holds_alternative<PinClaim>(mutation.row)) return false; // it goes when nobody opens by it any more
    if (mutation.erase) return true;
    if (const auto* user = std::get_if<User>(&mutation.row)) {
        const auto* workspace = directory.workspace(user->workspace);
        return workspace != nullptr && workspace->users.find(user->id) != nullptr;
    }
    if (const auto* identity = std::get_if<Identity>(&mutation.row)) {
        const auto* workspace = directory.workspace(identity->workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->identities.find(identity->id);
        return node != nullptr && identity->frozen && !node->row.frozen;
    }
    if (const auto* credential = std::get_if<Credential>(&mutation.row)) {
        const auto* workspace = directory.workspace(credential->workspace);
        return workspace != nullptr && workspace->credentials.find(credential->id) != nullptr;
    }
    return std::holds_alternative<Hours>(mutation.row) || std::holds_alternative<Group>(mutation.row) ||
           std::holds_alternative<GroupEntrance>(mutation.row) || std::holds_alternative<Entrance>(mutation.row) ||
           std::holds_alternative<Door>(mutation.row);
}

} // namespace gatehouse::model
