#include "reconcile/truth.hpp"

#include <set>

namespace gatehouse::reconcile {

using model::Truth;

namespace {

std::vector<model::DoorId> doors_of(const model::Workspace& workspace, const model::CredentialNode& credential)
{
    std::set<model::DoorId> doors;
    for (const auto* entrance : model::reachable(workspace, credential)) doors.insert(entrance->row.door);
    const auto* user = credential.row.user ? workspace.users.find(*credential.row.user) : nullptr;
    if (user != nullptr && user->row.identity && credential.row.list == model::ListState::follows_user)
        for (const auto& granted : workspace.identities.find(*user->row.identity)->doors) doors.insert(granted.id);
    return {doors.begin(), doors.end()};
}

const model::Placement* placement_of(const Reconciler& reconciler, const model::Credential& credential, const model::DeviceId& device)
{
    for (const auto& key : placement_keys(credential))
        if (const auto* placement = reconciler.tools().directory.placements().find(device, key)) return placement;
    return nullptr;
}

AccessRow row_for(const model::Workspace& workspace, const model::CredentialNode& credential, const model::DoorNode& door)
{
    AccessRow row;
    row.workspace = workspace.row.id;
    row.credential = credential.row.id;
    row.user = credential.row.user;
    row.door = door.row.id;
    row.controller = door.row.device;
    return row;
}

void take(AccessRow& row, const model::Placement& placement)
{
    row.since = placement.since;
    row.verified_at = placement.verified_at;
    row.number = placement.number;
    row.reason = placement.reason;
    if (placement.until != base::no_end) row.ends_at = placement.until;
}

/// What the placement says of an entry that should open the door.
void judge_placement(AccessRow& row, const model::Placement* placement, const model::DoorNode& door)
{
    if (placement == nullptr) {
        row.state = Truth::pending;
        row.reason = "not yet written to the controller";
        return;
    }
    take(row, *placement);
    const bool covers = (static_cast<devices::Doors>(placement->doors) >> door.row.output & 1) != 0;
    row.state = placement->leaving || !covers ? Truth::pending : placement->truth;
    if (row.state == Truth::verified)
        row.reason.clear();
    else if (row.reason.empty())
        row.reason = row.state == Truth::assumed ? "acknowledged, not yet read back" : "waiting for the controller";
}

std::optional<AccessRow> access_at(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential,
                                   const model::DoorNode& door)
{
    const auto& tools = reconciler.tools();
    const auto now = base::Now{tools.clock.wall(), true};
    const auto* status = tools.fleet.status(door.row.device);
    const auto capabilities = status == nullptr ? devices::Capabilities{} : status->capabilities;
    const auto stands = standing(tools.directory, workspace, credential, door, capabilities, now);
    if (!stands.opening.interval || stands.opening.reason == model::Reason::suspended) return std::nullopt;

    auto row = row_for(workspace, credential, door);
    if (stands.opening.interval->from > now.instant) row.scheduled_at = stands.opening.interval->from;
    const bool known = status != nullptr && status->attached;
    if (known && !capabilities.stores_credentials) {
        row.host_decides = true;
        row.state = stands.opening.number <= tools.ledger.durable() ? Truth::verified : Truth::pending;
        row.number = stands.opening.number;
        if (stands.opening.interval->until != base::no_end) row.ends_at = stands.opening.interval->until;
        return row;
    }
    if (known && !stands.applicable) return std::nullopt;
    if (known && !stands.refusal.empty()) {
        row.state = Truth::refused;
        row.reason = stands.refusal;
        return row;
    }
    judge_placement(row, placement_of(reconciler, credential.row, door.row.device), door);
    const auto* lane = reconciler.status(door.row.device);
    const auto proven_at = std::max(row.number, lane == nullptr ? 0 : lane->number);
    if (row.state == Truth::verified && proven_at < stands.opening.number) { // what was verified is what an older policy said
        row.state = Truth::pending;
        row.reason = "a newer change has not reached the controller";
    }
    if (!known && row.state == Truth::pending) row.reason = "no driver serves the controller now";
    const auto patience = std::max<base::milliseconds>(capabilities.readback_time * 2, base::seconds{2});
    row.late = (row.state == Truth::assumed || row.state == Truth::unknown) &&
               (capabilities.readback == devices::Readback::none || (row.since && *row.since + patience < now.instant));
    return row;
}

/// One row a door the placement may open beyond what is granted.
void add_residuals(const Reconciler& reconciler, const model::Placement& placement, std::vector<ResidualRow>& rows)
{
    const auto& tools = reconciler.tools();
    const auto* device = tools.directory.device(placement.device);
    if (device == nullptr) return;
    const auto granted = entitled(tools.directory, *device, placement, {tools.clock.wall(), true});
    const auto beyond = static_cast<devices::Doors>(placement.doors) & ~granted;
    if (beyond == 0 && !placement.leaving) return;
    const auto shown = beyond == 0 ? static_cast<devices::Doors>(placement.doors) : beyond;
    for (const auto& id : device->doors) {
        const auto& door = *tools.directory.door(id);
        if ((shown >> door.row.output & 1) == 0) continue;
        ResidualRow row;
        row.person = placement.label;
        row.access.workspace = placement.workspace;
        row.access.credential = placement.credential;
        row.access.user = placement.user;
        row.access.door = id;
        row.access.controller = placement.device;
        take(row.access, placement);
        row.access.state = placement.leaving ? placement.truth : Truth::pending;
        if (row.access.reason.empty())
            row.access.reason =
                row.access.state == Truth::assumed ? "removal acknowledged, not yet proven" : "removal not yet acknowledged";
        rows.push_back(std::move(row));
    }
}

} // namespace

std::string_view to_string(Truth truth)
{
    switch (truth) {
    case Truth::pending:
        return "pending";
    case Truth::assumed:
        return "assumed";
    case Truth::verified:
        return "verified";
    case Truth::refused:
        return "refused";
    case Truth::unknown:
        return "unknown";
    }
    return "unknown";
}

std::vector<AccessRow> access_of(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential)
{
    std::vector<AccessRow> rows;
    for (const auto& id : doors_of(workspace, credential))
        if (auto row = access_at(reconciler, workspace, credential, *reconciler.tools().directory.door(id)))
            rows.push_back(std::move(*row));
    return rows;
}

std::vector<ResidualRow> residuals_of(const Reconciler& reconciler, const model::WorkspaceId& workspace,
                                      const model::CredentialId& credential)
{
    std::vector<ResidualRow> rows;
    for (const auto* placement : reconciler.tools().directory.placements().of(credential))
        if (placement->workspace == workspace) add_residuals(reconciler, *placement, rows);
    return rows;
}

std::vector<ResidualRow> residuals(const Reconciler& reconciler, const model::WorkspaceId& workspace)
{
    std::vector<ResidualRow> rows;
    for (const auto& [device, entries] : reconciler.tools().directory.placements().all())
        for (const auto& [key, placement] : entries)
            if (placement.workspace == workspace) add_residuals(reconciler, placement, rows);
    return rows;
}

CredentialTruth truth_of(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential)
{
    CredentialTruth truth;
    truth.rows = access_of(reconciler, workspace, credential);
    truth.residuals = residuals_of(reconciler, workspace.row.id, credential.row.id);
    for (const auto& row : truth.rows) {
        if (row.scheduled_at && row.state == Truth::pending) continue; // nothing is due yet
        if (row.state == Truth::verified) {
            const auto at = row.verified_at.value_or(credential.row.created_at);
            truth.synced_at = truth.synced_at ? std::min(*truth.synced_at, at) : at;
        } else if (row.late) {
            if (truth.synced == true) truth.synced = std::nullopt;
        } else {
            truth.synced = false;
        }
    }
    if (!truth.residuals.empty()) truth.synced = false;
    if (truth.synced != true) truth.synced_at = std::nullopt;
    return truth;
}

} // namespace gatehouse::reconcile
