#include "model/applier.hpp"

namespace gatehouse::model {

using base::fail;
using base::Fault;

Applier::Previous<AccessGrant> Applier::put(const AccessGrant& row)
{
    auto* workspace = tenant(row.workspace);
    auto* identity = workspace == nullptr ? nullptr : workspace->identities.find(row.identity);
    if (identity == nullptr) return missing("user_identity");
    auto& keys = workspace->grant_by_key;
    const auto same = row.key ? keys.find(*row.key) : keys.end();
    if (same != keys.end() && same->second != row.id)
        return fail(Fault::conflict, "access_grant_key is used by another access grant", "access_grant_key_conflict");
    std::optional<AccessGrant> previous;
    if (auto* node = workspace->grants.find(row.id)) {
        if (node->row.identity != row.identity) return fail(Fault::invalid, "an access grant never changes its identity");
        previous = workspace->grants.replace(*node, row);
        if (previous->key) keys.erase(*previous->key);
    } else {
        workspace->grants.add({row, {}, {}, {}});
        identity->grants.push_back(row.id);
    }
    if (row.key) keys[std::string{*row.key}] = row.id;
    return previous;
}

Applier::Previous<AccessGrant> Applier::erase(const AccessGrant& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->grants.find(row.id);
    if (node == nullptr) return missing("access_grant");
    if (node->entrances.size() + node->doors.size() + node->methods.size() != 0) return in_use("access_grant");
    auto previous = node->row;
    if (previous.key) workspace->grant_by_key.erase(*previous.key);
    take_out(workspace->identities.find(previous.identity)->grants, row.id);
    workspace->grants.erase(row.id);
    return std::optional{std::move(previous)};
}

Applier::Previous<GrantEntrance> Applier::put(const GrantEntrance& row)
{
    auto* workspace = tenant(row.workspace);
    auto* grant = workspace == nullptr ? nullptr : workspace->grants.find(row.grant);
    if (grant == nullptr) return missing("access_grant");
    auto* entrance = workspace->entrances.find(row.entrance);
    if (entrance == nullptr) return missing("acs_entrance");
    if (entrance->row.absent && !known() && !linked(grant->entrances, row.entrance)) return left_out("acs_entrance");
    if (const auto before = put_link(grant->entrances, row.entrance, row.touched)) return as_it_stood(row, *before);
    entrance->grants.push_back(row.grant);
    return std::optional<GrantEntrance>{};
}

Applier::Previous<GrantEntrance> Applier::erase(const GrantEntrance& row)
{
    auto* workspace = tenant(row.workspace);
    auto* grant = workspace == nullptr ? nullptr : workspace->grants.find(row.grant);
    if (grant == nullptr) return missing("access_grant");
    const auto touched = erase_link(grant->entrances, row.entrance);
    if (!touched) return missing("acs_entrance");
    take_out(workspace->entrances.find(row.entrance)->grants, row.grant);
    return as_it_stood(row, *touched);
}

Applier::Previous<GrantDoor> Applier::put(const GrantDoor& row)
{
    auto* workspace = tenant(row.workspace);
    auto* grant = workspace == nullptr ? nullptr : workspace->grants.find(row.grant);
    if (grant == nullptr) return missing("access_grant");
    const auto door = doors().find(row.door);
    if (door == doors().end() || (door->second.row.owner != row.workspace && !known())) return missing("device");
    if (door->second.row.absent && !known() && !linked(grant->doors, row.door)) return left_out("device");
    if (const auto before = put_link(grant->doors, row.door, row.touched)) return as_it_stood(row, *before);
    door->second.grants.push_back({row.workspace, row.grant});
    return std::optional<GrantDoor>{};
}

Applier::Previous<GrantDoor> Applier::erase(const GrantDoor& row)
{
    auto* workspace = tenant(row.workspace);
    auto* grant = workspace == nullptr ? nullptr : workspace->grants.find(row.grant);
    if (grant == nullptr) return missing("access_grant");
    const auto touched = erase_link(grant->doors, row.door);
    if (!touched) return missing("device");
    take_out(doors().at(row.door).grants, {row.workspace, row.grant});
    return as_it_stood(row, *touched);
}

Applier::Previous<GrantMethod> Applier::put(const GrantMethod& row)
{
    auto* workspace = tenant(row.workspace);
    auto* grant = workspace == nullptr ? nullptr : workspace->grants.find(row.grant);
    if (grant == nullptr) return missing("access_grant");
    if (auto* node = workspace->methods.find(row.id)) {
        if (node->row.grant != row.grant) return fail(Fault::invalid, "an access method never changes its grant");
        return std::optional{workspace->methods.replace(*node, row)};
    }
    workspace->methods.add({row, {}});
    grant->methods.push_back(row.id);
    return std::optional<GrantMethod>{};
}

Applier::Previous<GrantMethod> Applier::erase(const GrantMethod& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->methods.find(row.id);
    if (node == nullptr) return missing("access_method");
    if (!node->credentials.empty()) return in_use("access_method");
    auto previous = node->row;
    auto& methods = workspace->grants.find(previous.grant)->methods;
    methods.erase(std::find(methods.begin(), methods.end(), row.id));
    workspace->methods.erase(row.id);
    return std::optional{std::move(previous)};
}

Applier::Previous<MethodCredential> Applier::put(const MethodCredential& row)
{
    auto* workspace = tenant(row.workspace);
    auto* method = workspace == nullptr ? nullptr : workspace->methods.find(row.method);
    if (method == nullptr) return missing("access_method");
    const auto other = workspace->method_by_credential.find(row.credential);
    if (other != workspace->method_by_credential.end() && other->second != row.method)
        return fail(Fault::conflict, "the credential belongs to another access method");
    if (const auto before = put_link(method->credentials, row.credential, row.touched)) return as_it_stood(row, *before);
    workspace->method_by_credential[row.credential] = row.method;
    return std::optional<MethodCredential>{};
}

Applier::Previous<MethodCredential> Applier::erase(const MethodCredential& row)
{
    auto* workspace = tenant(row.workspace);
    auto* method = workspace == nullptr ? nullptr : workspace->methods.find(row.method);
    if (method == nullptr) return missing("access_method");
    const auto touched = erase_link(method->credentials, row.credential);
    if (!touched) return missing("acs_credential");
    workspace->method_by_credential.erase(row.credential);
    return as_it_stood(row, *touched);
}

} // namespace gatehouse::model
