#include "model/pins.hpp"

#include "model/code_holders.hpp"
#include "model/policy.hpp"
#include "model/slot_codes.hpp"

#include <algorithm>
#include <tuple>

namespace gatehouse::model {

namespace {

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

    /// Ends what does not lead anywhere any more, unless a device may still open by it.
    void release(const CredentialId& id)
    {
        const auto found = find(directory_, id);
        for (const auto& claim : directory_.claims_of(id)) release(found, id, *directory_.door(claim.door), claim.pin);
    }
    void release(const DoorNode& door)
    {
        for (const auto& [pin, claim] : door.pins) release(find(directory_, claim.credential), claim.credential, door, pin);
    }

    /// Claims every door its code opens. False when somebody else has the code at one of them; `at_others` gathers the doors where that is
    /// another person, or nobody knows who.
    bool claim(const Found& found, std::set<DoorId>* at_others = nullptr)
    {
        bool all = true;
        for (const auto* door : doors_by_code(directory_, found)) all = claim(found, *door, at_others) && all;
        return all;
    }
    bool claim(const Found& found, const DoorNode& door, std::set<DoorId>* at_others = nullptr)
    {
        if (over(found, now_)) return true;
        const auto& id = found.node->row.id;
        const std::string_view code{*found.node->row.code};
        const auto owner = owner_of(door, code);
        if (owner == id) return true;
        const bool taken = owner && !gives_way(door, code, *owner);
        if (taken || may_open_for_others(door, id, code)) {
            const auto other = taken ? find(directory_, *owner) : Found{};
            const bool own = taken && (other.node == nullptr || same_person(found, other)); // or one that was deleted and may still open
            if (at_others != nullptr && !own) at_others->insert(door.row.id);
            return false;
        }
        const std::string pin{code};
        claims_[{door.row.id, pin}] = PinClaim{door.row.id, pin, id, found.node->row.workspace};
        return true;
    }

    /// Whoever waited for a code that has become free, the oldest first.
    void pass_on()
    {
        for (const auto& [id, pin] : freed_) {
            const auto& door = *directory_.door(id);
            std::vector<Found> waiting;
            for (const auto& holder : holders_of(directory_, pin)) waiting.push_back(find(directory_, holder));
            std::sort(waiting.begin(), waiting.end(), is_older);
            for (const auto& found : waiting)
                if (opens_by_code(found, door)) claim(found, door);
        }
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

    static bool is_older(const Found& left, const Found& right)
    {
        const auto &one = left.node->row, &other = right.node->row;
        return std::tie(one.created_at, one.id) < std::tie(other.created_at, other.id);
    }

private:
    using At = std::pair<DoorId, std::string>;

    /// `found` is empty for one that is gone.
    void release(const Found& found, const CredentialId& id, const DoorNode& door, const std::string& pin)
    {
        const bool leads = found.node != nullptr && found.node->row.code == pin && !over(found, now_) && opens_by_code(found, door);
        if (leads || may_still_open(directory_, door, id, pin)) return;
        claims_[{door.row.id, pin}] = std::nullopt;
        freed_.insert({door.row.id, pin});
    }
    bool may_open_for_others(const DoorNode& door, const CredentialId& id, std::string_view pin)
    {
        return slots_.try_emplace(door.row.device, directory_, door.row.device).first->second.may_open_for_others(door, id, pin);
    }
    std::optional<CredentialId> owner_of(const DoorNode& door, std::string_view pin) const
    {
        if (!claims_.empty())
            if (const auto changed = claims_.find({door.row.id, std::string{pin}}); changed != claims_.end())
                return changed->second ? std::optional{changed->second->credential} : std::nullopt;
        const auto stands = door.pins.find(pin);
        return stands == door.pins.end() ? std::nullopt : std::optional{stands->second.credential};
    }
    bool gives_way(const DoorNode& door, std::string_view pin, const CredentialId& owner) const
    {
        const auto found = find(directory_, owner);
        const bool ended = found.node == nullptr || over(found, now_);
        return ended && !may_still_open(directory_, door, owner, pin);
    }

    const Directory& directory_;
    Instant now_;
    std::map<DeviceId, DeviceCodes> slots_;
    std::map<At, std::optional<PinClaim>> claims_; ///< as they are to be
    std::set<At> freed_;
};

/// Somebody who may claim a code: at one door, or (null) at all its doors.
struct Claimant {
    Found found;
    const DoorNode* door = nullptr;
    bool asked = false;
};

std::vector<Claimant> claimants(const Directory& directory, const CodeScope& scope)
{
    std::vector<Claimant> all;
    for (const auto& id : scope.credentials)
        if (const auto found = find(directory, id); found.node != nullptr) all.push_back({found, nullptr, scope.asked.contains(id)});
    const auto add = [&all](const DoorNode& door, const std::vector<Found>& holders) {
        for (const auto& found : holders) all.push_back({found, &door, false});
    };
    for (const auto& id : scope.doors)
        if (const auto* door = directory.door(id); door != nullptr && codes_open(*door)) add(*door, codes_at(directory, *door));
    for (const auto& path : scope.paths) {
        const auto* door = directory.door(path.door);
        const auto* workspace = directory.workspace(path.workspace);
        const auto* group = workspace == nullptr ? nullptr : workspace->groups.find(path.group);
        if (door == nullptr || group == nullptr || !codes_open(*door) || scope.doors.contains(path.door)) continue;
        add(*door, codes_among(directory, *door, *workspace, *group));
    }
    std::sort(all.begin(), all.end(),
              [](const Claimant& left, const Claimant& right) { return Claims::is_older(left.found, right.found); });
    return all;
}

struct Scope {
    const Directory& directory;
    const bool erase;
    CodeScope& scope;

    void codes_of(const WorkspaceId& workspace, const UserId& id)
    {
        const auto* tenant = directory.workspace(workspace);
        const auto* user = tenant == nullptr ? nullptr : tenant->users.find(id);
        if (user == nullptr || user->codes == 0) return;
        for (const auto& credential : user->credentials)
            if (tenant->credentials.find(credential)->row.method == AccessMethod::code) scope.credentials.insert(credential);
    }
    const EntranceNode* entrance_of(const WorkspaceId& workspace, const EntranceId& id) const
    {
        const auto* tenant = directory.workspace(workspace);
        return tenant == nullptr ? nullptr : tenant->entrances.find(id);
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
    void operator()(const GroupEntrance& row)
    {
        const auto* entrance = entrance_of(row.workspace, row.entrance);
        if (entrance == nullptr) return;
        if (erase)
            scope.narrowed.insert(entrance->row.door);
        else
            scope.paths.insert({entrance->row.door, row.workspace, row.group});
    }
    void operator()(const Entrance& row)
    {
        if (const auto* entrance = entrance_of(row.workspace, row.id)) scope.doors.insert(entrance->row.door);
        if (!erase) scope.doors.insert(row.door);
    }
    void operator()(const Door& row) { scope.doors.insert(row.id); }

    template <class Row>
    void operator()(const Row&) // bears on nobody's code
    {
    }
};

bool opens_for_any(const Placement& placement, const DoorNode& door)
{
    return std::any_of(placement.holders.begin(), placement.holders.end(),
                       [&door](const Holder& holder) { return (holder.doors >> door.row.output & 1) != 0; });
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
    for (const auto* placement : directory.placements().of(credential, door.row.device)) {
        if (placement->key.starts_with("pin:") && placement->key.substr(4) == pin) return true;
        if (placement->value != 0 && (placement->superseded || placement->value == code_value(placement->key, pin))) return true;
        if (placement->value == 0 && in_slot(*placement)) return true; // its record was damaged: any code may be there
    }
    return false;
}

void affected_codes(const Directory& directory, const Placement& placement, CodeScope& scope)
{
    const auto add = [&directory, &scope](std::string_view code) { scope.credentials.merge(holders_of(directory, code)); };
    if (placement.key.starts_with("pin:")) add(std::string_view{placement.key}.substr(4));
    const auto* device = in_slot(placement) ? directory.device(placement.device) : nullptr;
    if (device == nullptr) return;
    for (const auto& id : device->doors) {
        const auto& door = *directory.door(id);
        if (!codes_open(door)) continue;
        const SlotCodes codes{directory, door, placement};
        for (const auto& code : codes.known) add(code);
        // Which code it was is not known: whoever waits here.
        if (!codes.all(placement) && opens_for_any(placement, door)) scope.doors.insert(id);
    }
    for (const auto& holder : placement.holders)
        if (!directory.claims_of(holder.credential).empty()) scope.credentials.insert(holder.credential);
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
    ClaimPlan plan;
    Claims claims{directory, now};
    for (const auto& id : scope.credentials) claims.release(id);
    for (const auto* doors : {&scope.doors, &scope.narrowed})
        for (const auto& id : *doors)
            if (const auto* door = directory.door(id)) claims.release(*door);
    for (const auto& claimant : claimants(directory, scope)) {
        auto* at_others = claimant.asked ? &plan.at_others : nullptr;
        const bool has =
            claimant.door == nullptr ? claims.claim(claimant.found, at_others) : claims.claim(claimant.found, *claimant.door, at_others);
        plan.clash = plan.clash || (!has && claimant.asked);
    }
    claims.pass_on();
    plan.rows = claims.rows();
    return plan;
}

} // namespace gatehouse::model
