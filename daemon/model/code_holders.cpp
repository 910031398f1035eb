#include "model/code_holders.hpp"

#include "model/policy.hpp"

#include <algorithm>

namespace gatehouse::model {

namespace {

/// A door it gets by a list or a device grant, not by an entrance.
bool belongs_to(const DoorNode& door, const Credential& row)
{
    return door.row.owner == row.workspace;
}

bool is_member(const UserNode& user, const EntranceNode& entrance)
{
    const auto& groups = entrance.groups.nodes();
    const auto& own = user.groups.entries();
    return std::any_of(own.begin(), own.end(), [&groups](const auto& membership) {
        return std::find(groups.begin(), groups.end(), membership.node) != groups.end();
    });
}

template <class Links, class Id>
bool names(const Links& links, const Id& id)
{
    return std::any_of(links.begin(), links.end(), [&id](const auto& link) { return link.id == id; });
}

/// Everybody with a code and a way to a door.
class Holders {
public:
    Holders(const Directory& directory, const DoorNode& door) : directory_{directory}, door_{door} {}

    /// By the people of the door or, where fewer have a code at all, by those.
    std::vector<Found> all()
    {
        if (codes_at_most() * cost_of_a_code < people())
            by_code();
        else
            by_people();
        return std::move(found_);
    }
    std::vector<Found> members(const Workspace& workspace, const GroupNode& group)
    {
        for (const auto* user : group.members.nodes()) add(workspace, *user);
        return std::move(found_);
    }

private:
    static constexpr std::size_t cost_of_a_code = 4; ///< of a look at a person

    std::size_t codes_at_most() const
    {
        std::size_t count = 0;
        for (const auto& [id, workspace] : directory_.workspaces()) count += workspace->credentials_by_code.size();
        return count;
    }
    std::size_t people() const
    {
        auto count = door_.listed.size() + door_.identities.size();
        for (const auto& here : door_.entrances) {
            const auto& entrance = *directory_.workspace(here.workspace)->entrances.find(here.id);
            count += entrance.direct.size() + entrance.listed.size();
            for (const auto* group : entrance.groups.nodes()) count += group->members.size();
        }
        return count;
    }
    void by_code()
    {
        for (const auto& [id, workspace] : directory_.workspaces())
            for (const auto& [code, credentials] : workspace->credentials_by_code)
                for (const auto& credential : credentials) add(*workspace, credential);
    }
    void by_people()
    {
        for (const auto& listed : door_.listed) add(*directory_.workspace(listed.workspace), listed.id);
        for (const auto& granted : door_.identities) {
            const auto& workspace = *directory_.workspace(granted.workspace);
            for (const auto& user : workspace.identities.find(granted.id)->users) add(workspace, *workspace.users.find(user));
        }
        for (const auto& here : door_.entrances) {
            const auto& workspace = *directory_.workspace(here.workspace);
            const auto& entrance = *workspace.entrances.find(here.id);
            for (const auto& user : entrance.direct) add(workspace, *workspace.users.find(user));
            for (const auto& credential : entrance.listed) add(workspace, credential);
            for (const auto* group : entrance.groups.nodes())
                for (const auto* user : group->members.nodes()) add(workspace, *user);
        }
    }
    void add(const Workspace& workspace, const UserNode& user)
    {
        if (user.codes == 0) return;
        for (const auto& credential : user.credentials) add(workspace, credential);
    }
    void add(const Workspace& workspace, const CredentialId& id)
    {
        const auto* node = workspace.credentials.find(id);
        if (node != nullptr && opens_by_code({&workspace, node}, door_)) found_.push_back({&workspace, node});
    }

    const Directory& directory_;
    const DoorNode& door_;
    std::vector<Found> found_; ///< some more than once
};

} // namespace

std::vector<const DoorNode*> doors_by_code(const Directory& directory, const Found& found)
{
    std::set<DoorId> ids;
    const auto& row = found.node->row;
    if (row.method != AccessMethod::code || !row.code || !row.user) return {};
    for (const auto* entrance : reachable(*found.workspace, *found.node)) ids.insert(entrance->row.door);
    for (const auto& listed : found.node->doors)
        if (belongs_to(*directory.door(listed.id), row)) ids.insert(listed.id);
    const auto* user = found.workspace->users.find(*row.user);
    if (row.list == ListState::follows_user && user->row.identity)
        for (const auto& granted : found.workspace->identities.find(*user->row.identity)->doors)
            if (belongs_to(*directory.door(granted.id), row)) ids.insert(granted.id);
    std::vector<const DoorNode*> doors;
    for (const auto& id : ids)
        if (const auto* door = directory.door(id); codes_open(*door)) doors.push_back(door);
    return doors;
}

bool opens_by_code(const Found& found, const DoorNode& door)
{
    const auto& row = found.node->row;
    const auto* user = found.node->user;
    if (row.method != AccessMethod::code || !row.code || user == nullptr || !codes_open(door)) return false;
    const bool follows = row.list == ListState::follows_user;
    if (belongs_to(door, row) && names(found.node->doors, door.row.id)) return true;
    if (belongs_to(door, row) && follows && user->identity != nullptr && names(user->identity->doors, door.row.id)) return true;
    return std::any_of(door.entrances.begin(), door.entrances.end(), [&found, &row, user, follows](const Owned<EntranceId>& here) {
        if (here.workspace != row.workspace) return false;
        if (!follows) return names(found.node->list, here.id);
        return names(user->direct, here.id) || is_member(*user, *found.workspace->entrances.find(here.id));
    });
}

bool over(const Found& found, Instant now)
{
    const auto& row = found.node->row;
    const auto* user = row.user ? found.node->user : nullptr;
    return (row.ends_at && *row.ends_at <= now) || (user != nullptr && user->row.ends_at && *user->row.ends_at <= now);
}

Found find(const Directory& directory, const CredentialId& id)
{
    for (const auto& [key, workspace] : directory.workspaces())
        if (const auto* node = workspace->credentials.find(id)) return {workspace.get(), node};
    return {};
}

std::set<CredentialId> holders_of(const Directory& directory, std::string_view pin)
{
    std::set<CredentialId> ids;
    for (const auto& [key, workspace] : directory.workspaces())
        if (const auto same = workspace->credentials_by_code.find(pin); same != workspace->credentials_by_code.end())
            ids.insert(same->second.begin(), same->second.end());
    return ids;
}

std::vector<Found> codes_at(const Directory& directory, const DoorNode& door)
{
    return Holders{directory, door}.all();
}

std::vector<Found> codes_among(const Directory& directory, const DoorNode& door, const Workspace& workspace, const GroupNode& group)
{
    return Holders{directory, door}.members(workspace, group);
}

} // namespace gatehouse::model
