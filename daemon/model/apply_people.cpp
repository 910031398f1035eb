#include "model/applier.hpp"

namespace gatehouse::model {

using base::fail;
using base::Fault;

// apply_credential.cpp
base::Result<void> check_presentations(const Workspace& workspace, const Credential& credential, const std::optional<Uuid>& holder);

namespace {

bool taken(const base::TextMap<IdentityId>& index, const Text& value, const IdentityId& by)
{
    if (!value) return false;
    const auto found = index.find(*value);
    return found != index.end() && found->second != by;
}

void index_identity(Workspace& workspace, const IdentityNode& node)
{
    const auto& row = node.row;
    if (row.email_address) workspace.identities_by_email.add(model::folded(*row.email_address), node);
    if (row.phone_number) workspace.identity_by_phone[std::string{*row.phone_number}] = row.id;
    if (row.key) workspace.identity_by_key[std::string{*row.key}] = row.id;
}

void unindex_identity(Workspace& workspace, const IdentityNode& node)
{
    const auto& row = node.row;
    if (row.email_address) workspace.identities_by_email.take_out(model::folded(*row.email_address), node);
    if (row.phone_number) workspace.identity_by_phone.erase(workspace.identity_by_phone.find(*row.phone_number));
    if (row.key) workspace.identity_by_key.erase(workspace.identity_by_key.find(*row.key));
}

/// With the user's identity as it will be, does each of its cards still have one holder?
base::Result<void> check_cards(const Workspace& workspace, const UserNode& node, const User& row)
{
    const auto holder = row.identity ? row.identity->value : row.id.value;
    for (const auto& id : node.credentials)
        if (auto checked = check_presentations(workspace, workspace.credentials.find(id)->row, holder); !checked) return checked;
    return {};
}

} // namespace

std::string folded(std::string_view email)
{
    std::string text{email};
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

const IdentityNode* identity_by_email(const Workspace& workspace, std::string_view folded)
{
    const IdentityNode* found = nullptr;
    workspace.identities_by_email.each(folded, [&found, folded](const IdentityNode& node) {
        if (node.row.email_address && model::folded(*node.row.email_address) == folded) found = &node;
    });
    return found;
}

Applier::Previous<Identity> Applier::put(Identity&& row)
{
    auto* workspace = tenant(row.workspace);
    if (workspace == nullptr) return missing("workspace");
    const auto* namesake = row.email_address ? identity_by_email(*workspace, folded(*row.email_address)) : nullptr;
    if (namesake != nullptr && namesake->row.id != row.id)
        return fail(Fault::conflict, "email_address is used by another user identity", "user_identity_email_or_phone_conflict");
    if (taken(workspace->identity_by_phone, row.phone_number, row.id))
        return fail(Fault::conflict, "phone_number is used by another user identity", "user_identity_email_or_phone_conflict");
    if (taken(workspace->identity_by_key, row.key, row.id))
        return fail(Fault::conflict, "user_identity_key is used by another user identity", "user_identity_key_conflict");

    std::optional<Identity> previous;
    auto* node = workspace->identities.find(row.id);
    if (node != nullptr) {
        unindex_identity(*workspace, *node);
        previous = workspace->identities.replace(*node, std::move(row));
    } else
        node = &workspace->identities.add({std::move(row), {}, {}, {}});
    index_identity(*workspace, *node);
    return previous;
}

Applier::Previous<Identity> Applier::erase(const Identity& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->identities.find(row.id);
    if (node == nullptr) return missing("user_identity");
    if (!node->users.empty() || !node->doors.empty() || !node->grants.empty()) return in_use("user_identity");
    auto previous = node->row;
    unindex_identity(*workspace, *node);
    workspace->identities.erase(row.id);
    return std::optional{std::move(previous)};
}

Applier::Previous<User> Applier::put(User&& row)
{
    auto* workspace = tenant(row.workspace);
    auto* system = workspace == nullptr ? nullptr : workspace->systems.find(row.system);
    if (system == nullptr) return missing("acs_system");
    auto* identity = row.identity ? workspace->identities.find(*row.identity) : nullptr;
    if (row.identity && identity == nullptr) return missing("user_identity");

    const bool left = workspace->row.absent || system->row.absent;
    auto* node = workspace->users.find(row.id);
    if (node == nullptr) {
        if (identity != nullptr) identity->users.push_back(row.id);
        workspace->users.add({std::move(row), {}, {}, {}, identity});
        ++system->users;
        return std::optional<User>{};
    }
    if (node->row.system != row.system) return fail(Fault::invalid, "a user never changes its system");
    if (node->row.identity != row.identity) {
        if (left && !known() && identity != nullptr && !node->credentials.empty()) return left_out("acs_system");
        if (!known())
            if (auto checked = check_cards(*workspace, *node, row); !checked) return checked.error();
        if (node->row.identity) take_out(workspace->identities.find(*node->row.identity)->users, row.id);
        if (identity != nullptr) identity->users.push_back(row.id);
        node->identity = identity;
    }
    return std::optional{workspace->users.replace(*node, std::move(row))};
}

Applier::Previous<User> Applier::erase(const User& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->users.find(row.id);
    if (node == nullptr) return missing("acs_user");
    if (node->groups.size() + node->direct.size() + node->credentials.size() != 0) return in_use("acs_user");
    auto previous = node->row;
    if (previous.identity) take_out(workspace->identities.find(*previous.identity)->users, row.id);
    --workspace->systems.find(previous.system)->users;
    workspace->users.erase(row.id);
    return std::optional{std::move(previous)};
}

Applier::Previous<Membership> Applier::put(const Membership& row)
{
    auto* workspace = tenant(row.workspace);
    auto* user = workspace == nullptr ? nullptr : workspace->users.find_next(row.user);
    if (user == nullptr) return missing("acs_user");
    auto* group = workspace->groups.find(row.group);
    if (group == nullptr) return missing("acs_access_group");
    if (group->row.system != user->row.system) return fail(Fault::invalid, "the access group belongs to another system");
    if (group->row.absent && !known() && !linked(user->groups, row.group)) return left_out("acs_access_group");
    if (restoring()) workspace->fill_groups_of(user);
    if (const auto before = user->groups.put(*group, row.touched)) return as_it_stood(row, *before);
    group->members.nodes().push_back(user);
    return std::optional<Membership>{};
}

Applier::Previous<Membership> Applier::erase(const Membership& row)
{
    auto* workspace = tenant(row.workspace);
    auto* user = workspace == nullptr ? nullptr : workspace->users.find(row.user);
    if (user == nullptr) return missing("acs_user");
    auto* group = workspace->groups.find(row.group);
    const auto touched = group == nullptr ? std::nullopt : user->groups.erase(*group);
    if (!touched) return missing("acs_access_group");
    take_out(group->members.nodes(), user);
    return as_it_stood(row, *touched);
}

Applier::Previous<DirectGrant> Applier::put(const DirectGrant& row)
{
    auto* workspace = tenant(row.workspace);
    auto* user = workspace == nullptr ? nullptr : workspace->users.find(row.user);
    if (user == nullptr) return missing("acs_user");
    auto* entrance = workspace->entrances.find(row.entrance);
    if (entrance == nullptr) return missing("acs_entrance");
    if (entrance->row.system != user->row.system) return fail(Fault::invalid, "the entrance belongs to another system");
    if (entrance->row.absent && !known() && !linked(user->direct, row.entrance)) return left_out("acs_entrance");
    if (const auto before = put_link(user->direct, row.entrance, row.touched)) return as_it_stood(row, *before);
    entrance->direct.push_back(row.user);
    return std::optional<DirectGrant>{};
}

Applier::Previous<DirectGrant> Applier::erase(const DirectGrant& row)
{
    auto* workspace = tenant(row.workspace);
    auto* user = workspace == nullptr ? nullptr : workspace->users.find(row.user);
    if (user == nullptr) return missing("acs_user");
    const auto touched = erase_link(user->direct, row.entrance);
    if (!touched) return missing("acs_entrance");
    take_out(workspace->entrances.find(row.entrance)->direct, row.user);
    return as_it_stood(row, *touched);
}

Applier::Previous<DeviceGrant> Applier::put(const DeviceGrant& row)
{
    auto* workspace = tenant(row.workspace);
    auto* identity = workspace == nullptr ? nullptr : workspace->identities.find(row.identity);
    if (identity == nullptr) return missing("user_identity");
    const auto door = doors().find(row.door);
    if (door == doors().end() || (door->second.row.owner != row.workspace && !known())) return missing("device");
    if (door->second.row.absent && !known() && !linked(identity->doors, row.door)) return left_out("device");
    if (const auto before = put_link(identity->doors, row.door, row.touched)) return as_it_stood(row, *before);
    door->second.identities.push_back({row.workspace, row.identity});
    return std::optional<DeviceGrant>{};
}

Applier::Previous<DeviceGrant> Applier::erase(const DeviceGrant& row)
{
    auto* workspace = tenant(row.workspace);
    auto* identity = workspace == nullptr ? nullptr : workspace->identities.find(row.identity);
    if (identity == nullptr) return missing("user_identity");
    const auto touched = erase_link(identity->doors, row.door);
    if (!touched) return missing("device");
    take_out(doors().at(row.door).identities, {row.workspace, row.identity});
    return as_it_stood(row, *touched);
}

} // namespace gatehouse::model
