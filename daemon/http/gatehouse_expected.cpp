#include "http/endpoints.hpp"
#include "http/moment.hpp"
#include "http/walk.hpp"
#include "http/words.hpp"
#include "model/candidates.hpp"
#include "reconcile/lower.hpp"
#include "reconcile/plan.hpp"

#include <algorithm>
#include <map>

namespace gatehouse::http {

using namespace api;

namespace {

/// The part of an entry that is the workspace's own, when other tenants' people carry the same plastic: their doors and times are not its
/// business.
void keep_own(const Context& context, const reconcile::Task& task, reconcile::Desired& desired)
{
    const auto& device = task.device;
    const auto at = task.now;
    const auto& workspace = context.workspace();
    std::vector<model::Holder> own;
    for (const auto& holder : desired.holders)
        if (holder.workspace == workspace.row.id) own.push_back(holder);
    if (own.size() == desired.holders.size()) return;
    desired.holders = std::move(own);
    desired.doors = 0;
    desired.interval = {};
    bool leaseless = true;
    for (const auto& holder : desired.holders)
        for (const auto& id : device.doors) {
            const auto& door = *context.services.directory.door(id);
            if ((holder.doors >> door.row.output & 1) == 0) continue;
            desired.doors |= devices::Doors{1} << door.row.output;
            const auto opening = model::opens(workspace, *workspace.credentials.find(holder.credential), door, at);
            leaseless = leaseless && opening.leaseless;
            if (opening.interval) desired.interval = intersect(desired.interval, *opening.interval);
        }
    const auto& lease = task.policy.lease;
    const bool limited = lease && !leaseless && task.capabilities.validity != devices::Validity::none;
    desired.until = limited ? std::min(desired.interval.until, at.instant + *lease) : desired.interval.until;
    desired.leased = desired.until < desired.interval.until;
}

/// The end that stands on the controller by a lease given earlier, where nothing is to be written now.
std::optional<base::Instant> lease_that_stands(const Context& context, const reconcile::Task& task, const reconcile::Desired& desired)
{
    const auto* placed = context.services.directory.placements().find(task.device.row.id, reconcile::name_of(desired));
    const reconcile::Terms terms{task.capabilities, task.policy, task.now};
    const bool stands = placed != nullptr && desired.leased && task.now.instant <= context.now().instant &&
                        (placed->truth == model::Truth::verified || placed->truth == model::Truth::assumed) &&
                        reconcile::write_for(&desired, placed, terms) == reconcile::Write::none;
    return stands ? std::optional{placed->until} : std::nullopt;
}

/// When a credential's right to a door of the controller begins or ends next.
base::Instant next_edge(const Context& context, const model::DeviceNode& device, const model::CredentialNode& credential, base::Now at)
{
    auto edge = base::no_end;
    for (const auto& id : device.doors) {
        const auto opening = model::opens(context.workspace(), credential, *context.services.directory.door(id), at);
        if (opening.interval) edge = std::min(edge, opening.open ? opening.interval->until : opening.interval->from);
    }
    return edge;
}

/// What a controller shows of an entry to the workspace: codes never, and of other people nothing.
json::object entry_json(const Context& context, const reconcile::Task& task, reconcile::Desired desired)
{
    const auto& device = task.device;
    const auto holders_there = desired.holders.size();
    const auto standing = lease_that_stands(context, task, desired);
    keep_own(context, task, desired);
    if (standing && holders_there == desired.holders.size()) desired.until = *standing;
    json::array doors, holders;
    for (const auto& id : device.doors)
        if ((desired.doors >> context.services.directory.door(id)->row.output & 1) != 0) doors.push_back(json::value(to_string(id)));
    for (const auto& holder : desired.holders) {
        holders.push_back(json::object{{"acs_credential_id", to_string(holder.credential)},
                                       {"acs_user_id", holder.user ? json::value(to_string(*holder.user)) : json::value(nullptr)},
                                       {"person", holder.label}});
    }
    json::object shown{{"device_ids", std::move(doors)}, {"held_for", std::move(holders)}};
    const bool code = desired.kind == devices::KeyKind::pin;
    shown["kind"] = code ? "pin" : desired.kind == devices::KeyKind::card_number ? "card_number" : "card_uid_hex";
    shown["key"] = code ? json::value(nullptr) : json::value(desired.key);
    shown["from"] = time_or_null(desired.interval.from, base::no_start);
    shown["until"] = time_or_null(desired.until, base::no_end);
    shown["ends_at"] = time_or_null(desired.interval.until, base::no_end);
    return shown;
}

asio::awaitable<Answer> expected(Context& context, const Params& params)
{
    const auto& directory = context.services.directory;
    const auto id = params.get<model::DeviceId>("controller_id");
    const auto* device = directory.device(id);
    const auto own = context.workspace().row.id;
    const auto mine = [&directory, &own](const model::DoorId& door) { return directory.door(door)->row.owner == own; };
    if (device == nullptr || std::none_of(device->doors.begin(), device->doors.end(), mine))
        co_return base::fail(base::Fault::not_found, "No such controller", "controller_not_found");
    const auto* status = context.services.fleet.status(id);
    if (status == nullptr || !status->attached)
        co_return base::fail(base::Fault::conflict, "No driver has told what the controller can hold", "controller_not_served");
    const auto capabilities = status->capabilities;
    const auto asked = moment(context, params);
    if (!asked) co_return asked.error();
    const auto at = *asked;
    const auto ours = [&own](const model::Holder& holder) { return holder.workspace == own; };
    std::map<std::string, json::value> entries;
    auto changes_at = base::no_end;
    model::Candidates walk{directory, device->doors};
    for (bool more = true; more && device != nullptr;) {
        const reconcile::Task task{directory, *device, capabilities, context.services.reconciler.policy(id), at};
        std::vector<model::Candidate> found;
        more = walk.step(directory, people_a_turn, found);
        std::vector<model::CredentialId> ids;
        for (const auto& candidate : found) {
            if (candidate.workspace->row.id != own) continue;
            ids.push_back(candidate.credential->row.id);
            changes_at = std::min(changes_at, next_edge(context, *device, *candidate.credential, at));
        }
        const auto part = reconcile::lower_some(task, {}, ids);
        for (const auto& [name, desired] : part.lowered.entries)
            if (std::any_of(desired.holders.begin(), desired.holders.end(), ours)) entries[name] = entry_json(context, task, desired);
        if (more) co_await next_turn();
        device = directory.device(id);
    }
    json::array rows;
    for (auto& [name, entry] : entries) rows.push_back(std::move(entry));
    json::object shown{{"entries", std::move(rows)}};
    shown["changes_at"] = time_or_null(changes_at, base::no_end);
    co_return ok(std::move(shown));
}

} // namespace

std::vector<http::Endpoint> gatehouse_expected_endpoints()
{
    return {
        {Route{Policy::api_key, "/gatehouse/controllers/expected"}
             .takes(at_a_moment(Fields{}.required("controller_id", uuid())))
             .returns_list("entries", "gatehouse_entry")
             .about("What a controller has to hold at a moment for the workspace's people."),
         expected},
    };
}

api::Schemas expected_schemas()
{
    const auto holder = Fields{}.required("acs_credential_id", uuid()).nullable("acs_user_id", uuid()).required("person", text());
    Schemas schemas;
    schemas["gatehouse_entry"] = Fields{}
                                     .required("device_ids", list(uuid()))
                                     .required("held_for", list(object(holder)))
                                     .required("kind", choice({"pin", "card_number", "card_uid_hex"}))
                                     .nullable("key", text())
                                     .nullable("from", datetime())
                                     .nullable("until", datetime(), "What the table holds, or is to hold: with a lease, its end.")
                                     .nullable("ends_at", datetime(), "What the policy says, whatever the lease.");
    return schemas;
}

} // namespace gatehouse::http
