#include "reconcile/truth.hpp"

#include "model/second_factor.hpp"
#include "reconcile/plan.hpp"
#include "reconcile/presented.hpp"
#include "reconcile/slots.hpp"

#include <algorithm>
#include <set>

namespace gatehouse::reconcile {

using model::Truth;

namespace {

std::vector<model::DoorId> doors_of(const model::Workspace& workspace, const model::CredentialNode& credential)
{
    std::set<model::DoorId> doors;
    for (const auto* entrance : model::reachable(workspace, credential)) doors.insert(entrance->row.door);
    for (const auto& listed : credential.doors) doors.insert(listed.id);
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
    row.identity = identity_of(workspace, row.user);
    row.door = door.row.id;
    row.controller = door.row.device;
    return row;
}

/// What the placement says of an entry that should open the door.
void judge_placement(AccessRow& row, const model::Placement* placement, const model::DoorNode& door, bool ends)
{
    if (placement == nullptr) {
        row.state = Truth::pending;
        row.reason = "not yet written to the controller";
        return;
    }
    tell(row, *placement, ends);
    const bool covers = (static_cast<devices::Doors>(placement->doors) >> door.row.output & 1) != 0;
    row.state = placement->leaving || !covers ? Truth::pending : placement->truth;
    if (row.state == Truth::verified)
        row.reason.clear();
    else if (row.reason.empty())
        row.reason = row.state == Truth::assumed ? "acknowledged, not yet read back" : "waiting for the controller";
}

} // namespace

std::optional<AccessRow> access_at(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential,
                                   const model::DoorNode& door)
{
    const bool waits_for_card = credential.row.method == model::AccessMethod::card && model::presentations(credential.row).empty() &&
                                workspace.method_by_credential.contains(credential.row.id);
    if (waits_for_card) return std::nullopt; // no door is to blame
    const auto& tools = reconciler.tools();
    const auto now = tools.clock.site();
    const auto* status = tools.fleet.status(door.row.device);
    const auto capabilities = status == nullptr ? devices::Capabilities{} : status->capabilities;
    const auto stands = standing(workspace, credential, door, capabilities, reconciler.policy(door.row.device), now);
    const bool out = ruled_out(stands.opening.reason);
    if (out && !model::takes_first(door, credential.row.method)) return std::nullopt; // a kind that no door takes is no fault of a door
    if (!out && (!stands.opening.interval || stopped(stands.opening.reason))) return std::nullopt;

    auto row = row_for(workspace, credential, door);
    const bool doubtful = stands.opening.reason == model::Reason::time_untrusted;
    const bool closed = stands.opening.reason == model::Reason::outside_hours; // every night: that is no start that lies ahead
    if (!out && !closed && stands.opening.interval->from > now.instant) row.scheduled_at = stands.opening.interval->from;
    const bool known = status != nullptr && status->attached;
    const bool host_decides = known && !capabilities.stores_credentials;
    const auto comes = host_decides ? presented(tools.fleet, tools.directory, door, credential.row.method) : Presented::decided;
    if (comes == Presented::nowhere) return std::nullopt;
    const auto asked_at = tools.ledger.made_at(stands.opening.number);
    if (out && (!known || !capabilities.stores_credentials)) {
        row.state = Truth::refused;
        row.reason = to_string(stands.opening.reason);
        row.since = asked_at;
        return row;
    }
    if (host_decides) {
        row.host_decides = true;
        row.state = stands.opening.number <= tools.ledger.durable() ? Truth::verified : Truth::pending;
        row.number = stands.opening.number;
        if (stands.opening.interval->until != base::no_end) row.ends_at = stands.opening.interval->until;
        if (doubtful) row.reason = to_string(stands.opening.reason);
        if (comes == Presented::unheard) {
            row.state = Truth::pending;
            row.since = asked_at;
            row.reason = why_not(comes);
        }
        return row;
    }
    if (known && !stands.applicable) return std::nullopt;
    row.since = asked_at; // of what stands on no record
    if (known && !stands.refusal.empty()) {
        row.state = Truth::refused;
        row.reason = stands.refusal;
        return row;
    }
    const auto* lane = reconciler.status(door.row.device);
    const bool whole = !capabilities.any_door_subset || capabilities.slot_based; // only then has the lowering as a whole a say
    const bool joined = known && lane != nullptr && whole;
    if (const auto reason = joined ? lane->refusal(credential.row.id, door.row.id) : std::string{}; !reason.empty()) {
        row.state = Truth::refused;
        row.reason = reason;
        return row;
    }
    const auto* placement = placement_of(reconciler, credential.row, door.row.device);
    if (closed && (placement == nullptr || placement->leaving)) return std::nullopt; // nothing is to be held there now
    if (doubtful && (placement == nullptr || placement->leaving)) {
        row.state = Truth::refused;
        row.reason = to_string(stands.opening.reason);
        return row;
    }
    const bool ends = tools.fleet.ends_by_itself(door.row.device);
    judge_placement(row, placement, door, ends);
    const auto own_end = stands.opening.interval->until;                  // another's right to the same entry may keep it there for longer
    const bool as_desired = row.state == Truth::verified || !row.ends_at; // else the end that stands there is what counts
    if (ends && as_desired && own_end != base::no_end && row.ends_at.value_or(base::no_end) > own_end) row.ends_at = own_end;
    const auto proven_at = std::max(row.number, lane == nullptr ? 0 : lane->number);
    if (row.state == Truth::verified && proven_at < stands.opening.number) { // what was verified is what an older policy said
        row.state = Truth::pending;
        row.reason = "a newer change has not reached the controller";
        if (asked_at) row.since = asked_at;
    }
    if (!known && row.state == Truth::pending) row.reason = "no driver serves the controller now";
    const auto patience = std::max<base::milliseconds>(capabilities.readback_time * 2, base::seconds{2});
    const auto waited = stands.key ? reconciler.waited(door.row.device, *stands.key) : std::nullopt;
    row.late = (row.state == Truth::assumed || row.state == Truth::unknown) &&
               (capabilities.readback == devices::Readback::none || (waited && *waited > patience));
    return row;
}

std::vector<AccessRow> access_of(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential)
{
    std::vector<AccessRow> rows;
    for (const auto& id : doors_of(workspace, credential))
        if (auto row = access_at(reconciler, workspace, credential, *reconciler.tools().directory.door(id)))
            rows.push_back(std::move(*row));
    return rows;
}

bool held_nowhere(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential)
{
    const auto& tools = reconciler.tools();
    bool any = false;
    for (const auto& id : doors_of(workspace, credential)) {
        const auto& door = *tools.directory.door(id);
        const auto* status = tools.fleet.status(door.row.device);
        if (status == nullptr || !status->attached) return false;
        const auto stands =
            standing(workspace, credential, door, status->capabilities, reconciler.policy(door.row.device), tools.clock.site());
        if (!stopped(stands.opening.reason)) return false;
        if (!status->capabilities.stores_credentials || (stands.applicable && stands.refusal.empty())) return false;
        any = any || stands.applicable;
    }
    return any;
}

bool asked_nowhere(const Reconciler& reconciler, const model::Workspace& workspace, const model::CredentialNode& credential)
{
    using model::AccessMethod;
    const auto method = credential.row.method;
    if (method != AccessMethod::card && method != AccessMethod::code) return false; // a key of an app is presented at no door
    const auto doors = doors_of(workspace, credential);
    const auto& tools = reconciler.tools();
    const auto taken = [&tools, method](const auto& id) { return takes(tools.fleet, *tools.directory.door(id), method); };
    return !doors.empty() && std::none_of(doors.begin(), doors.end(), taken);
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
