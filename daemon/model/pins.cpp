#include "model/pins.hpp"

#include "model/policy.hpp"

#include <algorithm>

namespace gatehouse::model {

namespace {

/// A credential in its workspace.
struct Found {
    const Workspace* workspace = nullptr;
    const CredentialNode* node = nullptr;
};

/// Doors at which the credential's code opens by itself and it has a way to, whatever the hour.
std::vector<const DoorNode*> doors_by_code(const Directory& directory, const Found& found)
{
    std::set<DoorId> ids;
    const auto& row = found.node->row;
    if (row.method != AccessMethod::code || !row.code || !row.user) return {};
    for (const auto* entrance : reachable(*found.workspace, *found.node)) ids.insert(entrance->row.door);
    for (const auto& listed : found.node->doors)
        if (directory.door(listed.id)->row.owner == row.workspace) ids.insert(listed.id);
    const auto* user = found.workspace->users.find(*row.user);
    if (row.list == ListState::follows_user && user->row.identity)
        for (const auto& granted : found.workspace->identities.find(*user->row.identity)->doors)
            if (directory.door(granted.id)->row.owner == row.workspace) ids.insert(granted.id);
    std::vector<const DoorNode*> doors;
    for (const auto& id : ids)
        if (const auto* door = directory.door(id); codes_open(*door)) doors.push_back(door);
    return doors;
}

bool nobody_has_a_code(const Directory& directory)
{
    const auto& all = directory.workspaces();
    return std::all_of(all.begin(), all.end(), [](const auto& one) { return one.second->credentials_by_code.empty(); });
}

/// Its time has passed, for good unless somebody changes it.
bool over(const Found& found, Instant now)
{
    const auto& row = found.node->row;
    const auto* user = row.user ? found.workspace->users.find(*row.user) : nullptr;
    return (row.ends_at && *row.ends_at <= now) || (user != nullptr && user->row.ends_at && *user->row.ends_at <= now);
}

bool same_person(const Found& one, const Found& other)
{
    if (one.node == nullptr || other.node == nullptr || one.workspace != other.workspace) return false;
    const auto &mine = one.node->row.user, &theirs = other.node->row.user;
    if (!mine || !theirs || mine == theirs) return mine == theirs;
    const auto *user = one.workspace->users.find(*mine), *another = one.workspace->users.find(*theirs);
    return user != nullptr && another != nullptr && user->row.identity && user->row.identity == another->row.identity;
}

class Claims {
public:
    Claims(const Directory& directory, Instant now) : directory_{directory}, now_{now} {}

    Found find(const CredentialId& id) const
    {
        for (const auto& [key, workspace] : directory_.workspaces())
            if (const auto* node = workspace->credentials.find(id)) return {workspace.get(), node};
        return {};
    }

    /// Ends what does not lead anywhere any more, unless a device may still open by it.
    void release(const CredentialId& id)
    {
        const auto found = find(id);
        const auto due = found.node == nullptr ? std::vector<const DoorNode*>{} : doors_by_code(directory_, found);
        for (const auto& claim : directory_.claims_of(id)) {
            const auto& door = *directory_.door(claim.door);
            const bool leads = found.node != nullptr && found.node->row.code == claim.pin && !over(found, now_) &&
                               std::find(due.begin(), due.end(), &door) != due.end();
            if (leads || may_still_open(directory_, door, id, claim.pin)) continue;
            claims_[{claim.door, claim.pin}] = std::nullopt;
            freed_.insert({claim.door, claim.pin});
        }
    }

    /// Claims every door its code opens. False when somebody else has the code at one of them; `at_others` gathers the doors where that is
    /// another person, or nobody knows who.
    bool claim(const CredentialId& id, std::set<DoorId>* at_others = nullptr)
    {
        const auto found = find(id);
        if (found.node == nullptr || over(found, now_)) return true;
        bool all = true;
        for (const auto* door : doors_by_code(directory_, found)) {
            const std::string code{*found.node->row.code};
            const auto owner = owner_of(*door, code);
            if (owner == id) continue;
            const bool taken = owner && !gives_way(*door, code, *owner);
            if (taken || may_open_for_others(directory_, *door, id, code)) {
                all = false;
                if (at_others != nullptr && !(taken && same_person(found, find(*owner)))) at_others->insert(door->row.id);
            } else {
                claims_[{door->row.id, code}] = PinClaim{door->row.id, code, id, found.node->row.workspace};
            }
        }
        return all;
    }

    /// Whoever waited for a code that has become free, the oldest first.
    void pass_on()
    {
        for (const auto& [door, pin] : freed_)
            for (const auto& id : oldest_first(holders_of(pin))) claim(id);
    }

    std::vector<CredentialId> oldest_first(std::set<CredentialId> ids) const
    {
        std::vector<std::pair<Instant, CredentialId>> aged;
        for (const auto& id : ids)
            if (const auto found = find(id); found.node != nullptr) aged.emplace_back(found.node->row.created_at, id);
        std::sort(aged.begin(), aged.end());
        std::vector<CredentialId> ordered;
        for (const auto& [at, id] : aged) ordered.push_back(id);
        return ordered;
    }

    std::vector<Mutation> rows() const
    {
        std::vector<Mutation> rows;
        for (const auto& [at, claim] : claims_) {
            const auto& pins = directory_.door(at.first)->pins;
            const auto stands = pins.find(at.second);
            const bool same = claim && stands != pins.end() && stands->second.credential == claim->credential;
            if (claim && !same) rows.push_back(put(*claim));
            if (!claim && stands != pins.end()) rows.push_back(erase(PinClaim{.door = at.first, .pin = at.second}));
        }
        return rows;
    }

private:
    using At = std::pair<DoorId, std::string>;

    std::optional<CredentialId> owner_of(const DoorNode& door, const std::string& pin) const
    {
        if (const auto changed = claims_.find({door.row.id, pin}); changed != claims_.end())
            return changed->second ? std::optional{changed->second->credential} : std::nullopt;
        const auto stands = door.pins.find(pin);
        return stands == door.pins.end() ? std::nullopt : std::optional{stands->second.credential};
    }
    bool gives_way(const DoorNode& door, const std::string& pin, const CredentialId& owner) const
    {
        const auto found = find(owner);
        const bool ended = found.node == nullptr || over(found, now_);
        return ended && !may_still_open(directory_, door, owner, pin);
    }
    std::set<CredentialId> holders_of(const std::string& pin) const
    {
        std::set<CredentialId> ids;
        for (const auto& [key, workspace] : directory_.workspaces())
            if (const auto same = workspace->credentials_by_code.find(pin); same != workspace->credentials_by_code.end())
                ids.insert(same->second.begin(), same->second.end());
        return ids;
    }

    const Directory& directory_;
    Instant now_;
    std::map<At, std::optional<PinClaim>> claims_; ///< as they are to be
    std::set<At> freed_;
};

struct Scope {
    const Directory& directory;
    const bool erase;
    CodeScope& scope;

    void codes_of(const WorkspaceId& workspace, const UserId& id)
    {
        const auto* tenant = directory.workspace(workspace);
        const auto* user = tenant == nullptr ? nullptr : tenant->users.find(id);
        if (user == nullptr) return;
        for (const auto& credential : user->credentials)
            if (tenant->credentials.find(credential)->row.method == AccessMethod::code) scope.credentials.insert(credential);
    }
    void door_of(const WorkspaceId& workspace, const EntranceId& id)
    {
        const auto* tenant = directory.workspace(workspace);
        if (const auto* entrance = tenant == nullptr ? nullptr : tenant->entrances.find(id)) scope.doors.insert(entrance->row.door);
    }

    void operator()(const Credential& row)
    {
        const auto* tenant = directory.workspace(row.workspace);
        const auto* stands = tenant == nullptr ? nullptr : tenant->credentials.find(row.id);
        const auto method = stands == nullptr ? row.method : stands->row.method;
        if (method != AccessMethod::code) return;
        scope.credentials.insert(row.id);
        const auto same = [&row](const Credential& before) {
            return before.user == row.user && before.code == row.code && before.ends_at == row.ends_at;
        };
        if (!erase && (stands == nullptr || !same(stands->row))) scope.asked.insert(row.id);
    }
    void operator()(const CredentialEntrance& row)
    {
        const auto* tenant = directory.workspace(row.workspace);
        const auto* node = tenant == nullptr ? nullptr : tenant->credentials.find(row.credential);
        if (node != nullptr && node->row.method == AccessMethod::code) scope.credentials.insert(row.credential);
    }
    void operator()(const CredentialDoor& row) { (*this)(CredentialEntrance{.credential = row.credential, .workspace = row.workspace}); }
    void operator()(const User& row) { codes_of(row.workspace, row.id); }
    void operator()(const Membership& row) { codes_of(row.workspace, row.user); }
    void operator()(const DirectGrant& row) { codes_of(row.workspace, row.user); }
    void operator()(const DeviceGrant& row)
    {
        const auto* tenant = directory.workspace(row.workspace);
        const auto* identity = tenant == nullptr ? nullptr : tenant->identities.find(row.identity);
        if (identity == nullptr) return;
        for (const auto& user : identity->users) codes_of(row.workspace, user);
    }
    void operator()(const GroupEntrance& row) { door_of(row.workspace, row.entrance); }
    void operator()(const Entrance& row)
    {
        door_of(row.workspace, row.id);
        if (!erase) scope.doors.insert(row.door);
    }
    void operator()(const Door& row) { scope.doors.insert(row.id); }

    template <class Row>
    void operator()(const Row&) // bears on nobody's code
    {
    }
};

constexpr std::string_view slot_prefix = "code:";

bool in_slot(const Placement& placement)
{
    return placement.key.starts_with(slot_prefix);
}

/// Whether the codes that may stand in the slot beside the one last sent are on record as somebody's.
bool claimed(const Directory& directory, const DoorNode& door, const Placement& placement)
{
    return std::any_of(placement.holders.begin(), placement.holders.end(), [&directory, &door, &placement](const Holder& holder) {
        const auto claims = directory.claims_of(holder.credential);
        return std::any_of(claims.begin(), claims.end(), [&door, &placement](const PinAt& claim) {
            return claim.door == door.row.id && code_value(placement.key, claim.pin) != placement.value;
        });
    });
}

} // namespace

bool is_over(const Directory& directory, const PinClaim& claim, Instant now)
{
    const auto* workspace = directory.workspace(claim.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->credentials.find(claim.credential);
    return node == nullptr || over({workspace, node}, now);
}

bool may_still_open(const Directory& directory, const DoorNode& door, const CredentialId& credential, std::string_view pin)
{
    for (const auto* placement : directory.placements().of(credential)) {
        if (placement->device != door.row.device) continue;
        if (placement->key.starts_with("pin:") && placement->key.substr(4) == pin) return true;
        if (placement->value != 0 && (placement->superseded || placement->value == code_value(placement->key, pin))) return true;
        if (placement->value == 0 && in_slot(*placement)) return true; // its record was damaged: any code may be there
    }
    return false;
}

bool may_open_for_others(const Directory& directory, const DoorNode& door, const CredentialId& credential, std::string_view pin)
{
    const auto& entries = directory.placements().of(door.row.device);
    const auto by_others = [&door, &credential](const Placement& placement) {
        const auto bit = [&door](std::uint64_t doors) { return (doors >> door.row.output & 1) != 0; };
        return std::any_of(placement.holders.begin(), placement.holders.end(),
                           [&credential, &bit](const Holder& holder) { return holder.credential != credential && bit(holder.doors); });
    };
    const auto itself = entries.find("pin:" + std::string{pin});
    if (itself != entries.end() && by_others(itself->second)) return true;
    for (auto at = entries.lower_bound(slot_prefix); at != entries.end() && in_slot(at->second); ++at) {
        const auto& placement = at->second;
        if (!by_others(placement)) continue;
        if (placement.value == code_value(placement.key, pin)) return true;
        if ((placement.superseded || placement.value == 0) && !claimed(directory, door, placement)) return true;
    }
    return false;
}

void affected_codes(const Directory& directory, const Placement& placement, CodeScope& scope)
{
    if (in_slot(placement)) { // which codes it stood for is not known
        if (const auto* device = directory.device(placement.device))
            for (const auto& id : device->doors)
                if (codes_open(*directory.door(id))) scope.doors.insert(id);
    } else if (placement.key.starts_with("pin:")) {
        for (const auto& [key, workspace] : directory.workspaces())
            if (const auto same = workspace->credentials_by_code.find(placement.key.substr(4));
                same != workspace->credentials_by_code.end())
                scope.credentials.insert(same->second.begin(), same->second.end());
    }
}

CodeScope every_code(const Directory& directory)
{
    CodeScope scope;
    for (const auto& credential : directory.claimants()) scope.credentials.insert(credential);
    for (const auto& [key, workspace] : directory.workspaces())
        for (const auto& [code, credentials] : workspace->credentials_by_code)
            scope.credentials.insert(credentials.begin(), credentials.end());
    return scope;
}

void affected_codes(const Directory& directory, const Mutation& mutation, CodeScope& scope)
{
    Scope visitor{directory, mutation.erase, scope};
    std::visit(visitor, mutation.row);
}

ClaimPlan plan_claims(const Directory& directory, const CodeScope& scope, Instant now)
{
    auto concerned = scope.credentials;
    for (const auto& id : scope.doors) {
        const auto* door = directory.door(id);
        if (door == nullptr) continue;
        for (const auto& [pin, claim] : door->pins) concerned.insert(claim.credential);
        if (!codes_open(*door) || nobody_has_a_code(directory)) continue;
        for (const auto& [workspace, credential] : candidates(directory, *door))
            if (credential->row.method == AccessMethod::code) concerned.insert(credential->row.id);
    }
    ClaimPlan plan;
    Claims claims{directory, now};
    for (const auto& id : concerned) claims.release(id);
    for (const auto& id : claims.oldest_first(concerned)) {
        const bool asked = scope.asked.contains(id);
        if (!claims.claim(id, asked ? &plan.at_others : nullptr) && asked) plan.clash = true;
    }
    claims.pass_on();
    plan.rows = claims.rows();
    return plan;
}

} // namespace gatehouse::model
