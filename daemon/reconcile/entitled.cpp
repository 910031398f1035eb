#include "reconcile/lower.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::reconcile {

using model::Holder;

namespace {

/// Somebody with a right to doors of the device, and what puts one before the other.
struct Claimant {
    Holder holder;
    bool owner = false; ///< of one of those doors
    base::Instant created_at{};
};

/// Gathers who may open what by one key.
class Claimants {
public:
    Claimants(const model::Directory& directory, const model::DeviceNode& device, const model::Placement& placement, base::Now now,
              bool honours_start)
        : directory_{directory}, device_{device}, placement_{placement}, now_{now}, honours_start_{honours_start}
    {
    }

    /// `key` is the placement's, where it is made of a code: somebody whose code was changed has no right to the entry of the old one.
    void add(const model::Workspace& workspace, const model::CredentialId& id, std::string_view key = {})
    {
        const auto* credential = workspace.credentials.find(id);
        if (credential == nullptr) return;
        const auto& row = credential->row;
        if (key.starts_with("pin:") && (!row.code || key.substr(4) != *row.code)) return;
        Claimant claimant{holder_of(workspace, row, 0), false, row.created_at};
        for (const auto& door_id : device_.doors) {
            const auto& door = *directory_.door(door_id);
            if (door.mode == "card_and_pin") continue; // whoever may open it does so by two things, and an entry asks for one
            const auto output = devices::Doors{1} << door.row.output;
            if (!stands(model::opens(workspace, *credential, door, now_), id, output)) continue;
            claimant.holder.doors |= output;
            claimant.owner = claimant.owner || door.row.owner == workspace.row.id;
        }
        found_.doors |= claimant.holder.doors;
        if (claimant.holder.doors != 0) claimants_.push_back(std::move(claimant));
    }

    Entitlement take()
    {
        std::sort(claimants_.begin(), claimants_.end(), [](const Claimant& left, const Claimant& right) {
            if (left.owner != right.owner) return left.owner;
            if (left.created_at != right.created_at) return left.created_at < right.created_at;
            return left.holder.credential < right.holder.credential;
        });
        for (auto& claimant : claimants_) found_.holders.push_back(std::move(claimant.holder));
        return std::move(found_);
    }

private:
    /// What begins later may stand on a device that honours a start, when it does not begin outside that; a suspended one may not.
    bool stands(const model::Opening& opening, const model::CredentialId& id, devices::Doors output)
    {
        if (!opening.interval) return false;
        const bool in_doubt = opening.reason == model::Reason::time_untrusted;
        if (in_doubt && !stands_for(placement_, id, output, *opening.interval, now_)) return false;
        const bool open = model::open_by_effective_time(opening, now_);
        const bool later =
            !open && (opening.reason == model::Reason::not_yet || opening.reason == model::Reason::outside_hours || in_doubt);
        const bool ahead = honours_start_ && later && opening.interval->contains(placement_.from);
        if (open || later) found_.next_edge = std::min(found_.next_edge, open ? opening.interval->until : opening.interval->from);
        return open || ahead;
    }

    const model::Directory& directory_;
    const model::DeviceNode& device_;
    const model::Placement& placement_;
    base::Now now_;
    bool honours_start_;
    Entitlement found_;
    std::vector<Claimant> claimants_;
};

} // namespace

std::optional<std::string> presentation(std::string_view key)
{
    const auto value = key.substr(key.find(':') + 1);
    if (key.starts_with("card_uid_hex:")) return "uid:" + std::string{value};
    if (!key.starts_with("card_number:")) return std::nullopt;
    std::uint64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return "number:h10301:" + std::to_string(number / numbers_per_facility) + ":" + std::to_string(number % numbers_per_facility);
}

std::string person_of(const model::Workspace& workspace, const model::Credential& credential)
{
    const auto* user = credential.user ? workspace.users.find(*credential.user) : nullptr;
    return user == nullptr ? std::string{} : person_of(user->row);
}

std::string person_of(const model::User& user)
{
    for (const auto* name : {&user.full_name, &user.email_address, &user.phone_number})
        if (*name) return std::string{**name};
    return to_string(user.id);
}

model::Holder holder_of(const model::Workspace& workspace, const model::Credential& credential, devices::Doors doors)
{
    const auto* user = credential.user ? workspace.users.find(*credential.user) : nullptr;
    Holder holder{workspace.row.id, credential.id, credential.user, person_of(workspace, credential), doors};
    if (user != nullptr) holder.identity = user->row.identity;
    return holder;
}

Entitlement entitled(const model::Directory& directory, const model::DeviceNode& device, const model::Placement& placement, base::Now now,
                     bool honours_start)
{
    Claimants claimants{directory, device, placement, now, honours_start};
    const auto form = presentation(placement.key);
    for (const auto& [id, workspace] : directory.workspaces()) {
        if (!form) {
            for (const auto& holder : placement.holders)
                if (holder.workspace == id) claimants.add(*workspace, holder.credential, placement.key);
            continue;
        }
        model::each_presented(*workspace, *form, [&claimants, &tenant = *workspace](const model::CredentialNode& node) {
            claimants.add(tenant, node.row.id);
        });
    }
    return claimants.take();
}

namespace {

/// What it opens; where the device does not say, every door.
devices::Doors opened_by(const model::Directory& directory, const model::DeviceNode& device, const devices::Entry& entry)
{
    auto doors = entry.doors;
    for (const auto& id : device.doors)
        if (entry.doors == 0) doors |= devices::Doors{1} << directory.door(id)->row.output;
    return doors;
}

/// What none of the holders may open is nobody's: a holder without a credential for the owner of each door.
void add_nobodys(const model::Directory& directory, const model::DeviceNode& device, devices::Doors doors, const char* label,
                 std::vector<Holder>& holders)
{
    for (const auto& holder : holders) doors &= ~holder.doors;
    for (const auto& id : device.doors) {
        const auto& door = directory.door(id)->row;
        const auto output = doors & devices::Doors{1} << door.output;
        if (output != 0) holders.push_back({door.owner, {}, {}, label, output});
    }
    for (const auto& id : device.doors) doors &= ~(devices::Doors{1} << directory.door(id)->row.output);
    if (doors == 0) return;
    for (const auto& id : device.doors) { // an output that no door uses any more: whoever has a door there
        const auto& owner = directory.door(id)->row.owner;
        const auto same = [&owner](const Holder& holder) { return holder.workspace == owner && holder.credential.nil(); };
        const auto known = std::find_if(holders.begin(), holders.end(), same);
        if (known == holders.end())
            holders.push_back({owner, {}, {}, label, doors});
        else
            known->doors |= doors;
    }
}

} // namespace

devices::Doors seen_by(const model::Directory& directory, const model::DeviceNode& device, const model::WorkspaceId& workspace)
{
    devices::Doors seen = 0;
    for (const auto& id : device.doors) {
        const auto& door = *directory.door(id);
        const auto here = [&workspace](const auto& entrance) { return entrance.workspace == workspace; };
        if (door.row.owner == workspace || std::any_of(door.entrances.begin(), door.entrances.end(), here))
            seen |= devices::Doors{1} << door.row.output;
    }
    return seen;
}

std::optional<model::Placement> as_placement(const model::Directory& directory, const model::DeviceNode& device,
                                             const devices::Entry& entry)
{
    model::Placement found;
    found.key = entry.name.empty() ? placement_key(entry.kind, entry.key) : entry.name;
    if (entry.state == devices::EntryState::disabled) return std::nullopt;
    const auto doors = opened_by(directory, device, entry);
    for (const auto& [id, workspace] : directory.workspaces()) {
        std::optional<devices::Doors> seen; // looked up for those alone who have it
        each_keyed(*workspace, found.key,
                   [&found, &seen, &directory, &device, doors, &tenant = *workspace](const model::CredentialNode& node) {
                       if (!seen) seen = doors & seen_by(directory, device, tenant.row.id);
                       if (*seen != 0) found.holders.push_back(holder_of(tenant, node.row, *seen));
                   });
    }
    if (found.holders.empty()) return std::nullopt;
    add_nobodys(directory, device, doors, "nobody known", found.holders);
    const bool active = entry.state == devices::EntryState::active;
    found.device = device.row.id;
    found.doors = static_cast<std::int64_t>(doors);
    if (active && entry.until) found.until = base::Instant{base::seconds{*entry.until}};
    return found;
}

model::Placement came_back(const model::Directory& directory, const model::DeviceNode& device, const devices::Entry& entry,
                           base::Instant now)
{
    auto found = as_placement(directory, device, entry).value_or(model::Placement{});
    found.device = device.row.id;
    found.key = entry.name.empty() ? placement_key(entry.kind, entry.key) : entry.name;
    found.slot = entry.slot;
    found.leaving = true;
    found.truth = model::Truth::unknown;
    found.reason = "an entry that was removed came back and is still to be removed";
    found.since = now;
    if (!found.holders.empty()) return found;
    constexpr const char* nobody = "nobody any more";
    const auto doors = opened_by(directory, device, entry);
    found.doors = static_cast<std::int64_t>(doors);
    add_nobodys(directory, device, doors, nobody, found.holders);
    if (found.holders.empty()) found.holders.push_back({{}, {}, {}, nobody, doors});
    return found;
}

std::vector<Holder> holders_now(const model::Placement& placement, const std::vector<Holder>& entitled)
{
    const auto may_open = placement.may_open();
    std::vector<Holder> holders;
    devices::Doors granted = 0;
    for (auto holder : entitled) {
        granted |= holder.doors;
        holder.doors &= may_open;
        if (holder.doors != 0) holders.push_back(std::move(holder));
    }
    auto unowned = may_open & ~granted;
    for (const auto& before : placement.holders) unowned &= ~before.doors;
    for (const auto& before : placement.holders) {
        const auto left = (before.doors & ~granted) | unowned; // what nobody is known to have had is not lost from sight
        if (left == 0) continue;
        const auto same = [&before](const Holder& holder) { // nobody's is of nobody in each workspace
            return holder.workspace == before.workspace && holder.credential == before.credential;
        };
        const auto known = std::find_if(holders.begin(), holders.end(), same);
        if (known != holders.end())
            known->doors |= left;
        else
            holders.push_back({before.workspace, before.credential, before.user, before.label, left, before.identity});
    }
    return holders.empty() ? placement.holders : holders;
}

} // namespace gatehouse::reconcile
