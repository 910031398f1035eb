#include "sim/world.hpp"

// Whether a table is as the policy wants it: at every settling, and at the end.

namespace gatehouse::sim {

using base::Instant;
using base::seconds;

/// The operator knows why it is not there.
bool Checks::refused(const Controller& controller, const std::string& key) const
{
    const auto* placement = world_.daemon->directory.placements().find(id_of(controller), key);
    if (placement == nullptr) return false;
    const auto& traits = controller.traits;
    const bool full = traits.capacity != 0 && controller.rows.size() >= traits.capacity; // it is tried again at every pass
    const auto watch = watches_.find(controller.key);
    const auto before = watch->second.before.find(key);
    if (before != watch->second.before.end() && before->second.truth == model::Truth::refused) return true; // being tried again
    return placement->truth == model::Truth::refused || (full && placement->truth == model::Truth::pending);
}

/// When the row ends is when the first of its doors does, or its lease.
std::string Checks::end_difference(const Controller& controller, const Row& row) const
{
    const auto device = id_of(controller);
    const auto& rights = world_.rights();
    const auto now = world_.now().instant;
    const auto from = std::max(now, instant_of(row.from, now));
    const auto until = instant_of(row.until, base::no_end);
    if (!rights.open_all(device, row.name(), row.doors, from, until)) return row.name() + " ends too late";
    const auto lease = lease_of(controller);
    const auto least = lease ? now + *lease / 2 - seconds{2} : now + std::chrono::hours{24 * 10};
    for (const auto edge : rights.edges(device, row.name(), from, std::min(until, least) + seconds{1}))
        if (edge > from && (row.doors & ~rights.served(device, row.name(), edge)) != 0) return {}; // the policy's own end
    if (until < least && rights.credentials(device, row.name()) > 1) return {}; // of several on one plastic, where one goes on later
    if (until < least) return row.name() + " ends too early";
    const auto set_back = std::chrono::minutes{2}; // by so little a clock may be behind the one a lease was given by
    if (lease && until > now + *lease + set_back && !rights.leaseless(device, row.name(), row.doors, from, until))
        return row.name() + " has no lease";
    return {};
}

std::string Checks::row_difference(const Controller& controller, const Table& rows, const std::string& key) const
{
    const auto device = id_of(controller);
    const auto& rights = world_.rights();
    const auto now = world_.now().instant;
    const bool bounded = controller.traits.validity != "none";
    auto doors = rights.served(device, key, now);
    if (!controller.traits.separable && doors != rights.outputs(device)) doors = 0;
    const auto row = rows.find(key);
    const auto second = std::chrono::floor<seconds>(now), next = second + seconds{1};
    const bool whole_second =
        rights.open_all(device, key, doors, second, next) || rights.open_all(device, key, doors, next, next + seconds{1});
    if (row == rows.end() && bounded && !whole_second) return {}; // shorter than a table can say
    if (doors != 0 && row == rows.end()) return refused(controller, key) ? "" : key + " is missing";
    if (row == rows.end()) return {};
    const auto from = instant_of(row->second.from, base::no_start);
    if (doors == 0) {
        const bool may_be_strange = !controller.traits.readable || world_.daemon->reconciler.status(device)->first_contact;
        if (!row->second.ours || (may_be_strange && world_.daemon->reconciler.strangers(device)->all().contains(key))) return {};
        if (!bounded || from <= now) return key + " is still there";
        return rights.open_all(device, key, row->second.doors, from, instant_of(row->second.until, base::no_end)) ? ""
                                                                                                                  : key + " waits in vain";
    }
    if (refused(controller, key)) return {};
    if (row->second.doors != doors || row->second.state != "active") return key + " opens other doors";
    if (!bounded) return {};
    return from > now + seconds{1} ? key + " begins too late" : end_difference(controller, row->second);
}

std::string Checks::difference(const Controller& controller, const Table& rows) const
{
    if (controller.traits.slots) return slot_difference(controller, rows);
    const auto& keys = world_.rights().keys(id_of(controller));
    for (const auto& key : keys)
        if (auto wrong = row_difference(controller, rows, key); !wrong.empty()) return wrong;
    const auto* strangers = world_.daemon->reconciler.strangers(id_of(controller));
    for (const auto& [name, row] : rows)
        if ((controller.traits.readable || row.ours) && !keys.contains(name) && !strangers->all().contains(name))
            return name + " is nobody's";
    return {};
}

/// Once a controller was settled, what is nobody's goes, unless the operator keeps it or there is too much of it.
bool Checks::strangers_stay(const Controller& controller) const
{
    const auto* status = world_.daemon->reconciler.status(id_of(controller));
    const auto* strangers = world_.daemon->reconciler.strangers(id_of(controller));
    const auto policy = reconcile::parse_device_policy(world_.daemon->directory.device(id_of(controller))->row.policy);
    if (!controller.traits.readable || status->first_contact || status->braked || policy->foreign == reconcile::Foreign::keep) return false;
    return strangers->waiting();
}

std::string Checks::unsettled()
{
    if (!world_.daemon || !world_.daemon->up()) return "the daemon is down";
    for (auto& [key, controller] : world_.field.controllers()) {
        const auto* status = world_.daemon->reconciler.status(id_of(controller));
        if (controller.unprovable) continue;
        if (status == nullptr) return key + " has no lane";
        if (controller.traits.readable && !status->settled) return key + " is not settled: " + status->trouble;
        if (controller.spoilt && controller.traits.readable) continue; // written to by others since the last read
        if (auto waits = codes_.waits(id_of(controller), world_.books(), world_.rights(), world_.now().instant);
            controller.traits.readable && !world_.stepped_back &&
            !waits.empty()) // elsewhere nothing is proven gone; who was late by a wrong clock asks anew
            return waits;
        if (strangers_stay(controller)) return key + " still holds foreign entries";
        if (auto wrong = difference(controller, controller.rows); !wrong.empty()) return std::string{key}.append(": ").append(wrong);
    }
    for (std::uint64_t workspace = 1; workspace <= 2; ++workspace)
        for (const auto& row : reconcile::residuals(world_.daemon->reconciler, model::id<model::WorkspaceId>(workspace))) {
            for (const auto& [key, controller] : world_.field.controllers()) {
                const auto* strangers = world_.daemon->reconciler.strangers(id_of(controller));
                if (id_of(controller) == row.access.controller && strangers->all().empty() && controller.traits.readable)
                    return key + " has residual access: " + row.access.reason;
            }
        }
    return world_.desk.remains();
}

} // namespace gatehouse::sim
