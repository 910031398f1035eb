#include "reconcile/bearers.hpp"

#include "reconcile/lower.hpp"

#include <algorithm>

namespace gatehouse::reconcile {

void gather_entries(const model::Directory& directory, const model::Credential& credential, Entries& held)
{
    const auto& placements = directory.placements();
    for (const auto* placement : placements.of(credential.id)) held.insert(placement);
    for (const auto& key : placement_keys(credential)) {
        if (!presentation(key)) continue;
        for (const auto* placement : placements.leaving(key)) held.insert(placement);
        for (const auto& [id, workspace] : directory.workspaces())
            each_keyed(*workspace, key, [&](const model::CredentialNode& other) {
                for (const auto* placement : placements.of(other.row.id))
                    if (placement->key == key) held.insert(placement);
            });
    }
}

std::vector<model::Holder> with_bearers(const model::Directory& directory, const model::Placement& placement,
                                        std::vector<model::Holder> holders, devices::Doors beyond)
{
    const auto* device = directory.device(placement.device);
    if (!presentation(placement.key) || device == nullptr) return holders;
    for (const auto& [id, workspace] : directory.workspaces()) {
        std::optional<devices::Doors> seen; // looked up for those alone who have it
        each_keyed(*workspace, placement.key,
                   [&holders, &seen, &directory, device, beyond, &tenant = *workspace](const model::CredentialNode& node) {
                       if (!seen) seen = beyond & seen_by(directory, *device, tenant.row.id);
                       if (*seen == 0) return;
                       const auto same = [&node](const model::Holder& holder) { return holder.credential == node.row.id; };
                       const auto known = std::find_if(holders.begin(), holders.end(), same);
                       if (known != holders.end())
                           known->doors |= *seen;
                       else
                           holders.push_back(holder_of(tenant, node.row, *seen));
                   });
    }
    return holders;
}

} // namespace gatehouse::reconcile
