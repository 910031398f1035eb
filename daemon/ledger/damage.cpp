#include "ledger/damage.hpp"

namespace gatehouse::ledger {

namespace {

constexpr std::uint64_t every_output = ~std::uint64_t{0} >> 1;
constexpr std::string_view nobody_knows = "unknown: the record of this entry was damaged";

/// The owners of the device's doors, each with its own: they are who must hear of what the device may open.
std::vector<model::Holder> owners(const model::Directory& directory, const model::DeviceId& id)
{
    std::map<model::WorkspaceId, std::uint64_t> doors;
    const auto* device = directory.device(id);
    if (device != nullptr)
        for (const auto& door : device->doors) {
            const auto& row = directory.door(door)->row;
            doors[row.owner] |= std::uint64_t{1} << row.output;
        }
    if (doors.empty()) doors[{}] = every_output;
    std::vector<model::Holder> holders;
    for (const auto& [owner, bits] : doors)
        holders.push_back({.workspace = owner, .credential = {}, .user = {}, .label = std::string{nobody_knows}, .doors = bits});
    return holders;
}

/// A code in a slot says in its key whose it is. When nobody knows that credential, it is said of whoever the doors belong to.
void name_holder(const model::Directory& directory, model::Placement& placement)
{
    if (!placement.key.starts_with("code:")) return;
    const auto parsed = base::parse_uuid(std::string_view{placement.key}.substr(5));
    if (!parsed) return;
    const model::CredentialId id{*parsed};
    for (auto& holder : placement.holders) holder.credential = id;
    for (const auto& [key, workspace] : directory.workspaces()) {
        const auto* node = workspace->credentials.find(id);
        if (node == nullptr) continue;
        auto holder = placement.holders.front();
        holder.workspace = key;
        holder.user = node->row.user;
        if (const auto* user = holder.user ? workspace->users.find(*holder.user) : nullptr) holder.identity = user->row.identity;
        holder.doors = static_cast<std::uint64_t>(placement.doors);
        placement.holders = {std::move(holder)};
        return;
    }
}

} // namespace

model::Event damage_event(const store::Damage& damage)
{
    model::Event event;
    event.type = "gateway.storage_row_damaged";
    event.body = {{"table", damage.table}, {"row", damage.row}};
    event.refs = damage.about;
    return event;
}

model::Placement stand_in(const model::Directory& directory, const store::Damage& damage, base::Instant now)
{
    model::Placement placement;
    placement.device = damage.placement->device;
    placement.key = damage.placement->key;
    placement.slot = damage.slot;
    placement.holders = owners(directory, placement.device);
    for (const auto& holder : placement.holders) placement.doors |= static_cast<std::int64_t>(holder.doors);
    name_holder(directory, placement);
    placement.truth = model::Truth::unknown;
    placement.reason = "its record was damaged; a read of the controller's table tells what it holds";
    placement.since = now;
    return placement;
}

} // namespace gatehouse::ledger
