#include "http/acs_user_truth.hpp"

#include "http/words.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace gatehouse::http {

using base::Instant;
using model::Truth;
using reconcile::AccessRow;

namespace {

/// Every row of what a user holds, sorted by what it means for the user.
struct Standings {
    std::vector<AccessRow> refused, late, pending, ahead, residual;
    std::set<model::DoorId> doors; ///< with a row of any kind
    std::optional<Instant> synced_at;
    bool any_proven = false, all_synced = true;
};

void sort_row(const AccessRow& row, Standings& into)
{
    into.doors.insert(row.door);
    switch (row.state) {
    case Truth::verified:
        into.any_proven = true;
        break;
    case Truth::refused:
        into.refused.push_back(row);
        break;
    case Truth::pending:
        (row.scheduled_at ? into.ahead : into.pending).push_back(row);
        if (row.verified_at) into.any_proven = true; // it was, before the change that is on its way
        break;
    case Truth::assumed:
    case Truth::unknown:
        (row.late ? into.late : into.pending).push_back(row);
        break;
    }
}

Standings standings_of(const Context& context, const model::UserNode& user)
{
    Standings found;
    for (const auto& id : user.credentials) {
        const auto truth = reconcile::truth_of(context.services.reconciler, context.workspace(), *context.workspace().credentials.find(id));
        for (const auto& row : truth.rows) sort_row(row, found);
        if (truth.synced != true)
            found.all_synced = false;
        else if (truth.synced_at)
            found.synced_at = found.synced_at ? std::min(*found.synced_at, *truth.synced_at) : truth.synced_at;
    }
    for (auto& row : reconcile::residuals_of(context.services.reconciler, context.workspace().row.id, user))
        found.residual.push_back(std::move(row.access));
    if (!found.residual.empty()) found.all_synced = false; // also of what was deleted or taken from the user
    return found;
}

Instant oldest(const std::vector<AccessRow>& rows, Instant otherwise)
{
    std::optional<Instant> since;
    for (const auto& row : rows)
        if (row.since) since = since ? std::min(*since, *row.since) : row.since;
    return since.value_or(otherwise);
}

/// The frame all of these entries share.
json::object entry(std::string_view kind, std::string_view code, Instant since, std::string_view message)
{
    json::object made;
    made["created_at"] = api::to_json(since);
    made["message"] = message;
    made[kind] = code;
    return made;
}

json::object schedule(const std::optional<Instant>& starts_at, const std::optional<Instant>& ends_at)
{
    const auto time = [](const std::optional<Instant>& at) { return at ? api::to_json(*at) : json::value(nullptr); };
    json::object made;
    made["starts_at"] = time(starts_at);
    made["ends_at"] = time(ends_at);
    return made;
}

template <class Value>
json::object single(std::string_view name, const Value& value)
{
    json::object made;
    made[name] = value;
    return made;
}

json::value id_or_null(const std::optional<model::Uuid>& id)
{
    return id ? json::value(base::to_string(*id)) : json::value(nullptr);
}

/// A mutation on its way, with what it leads from and to.
struct Mutating {
    std::string_view code;
    json::object from, to;
    model::ChangeNumber number = 0; ///< of the change, when it is known
    std::string about;              ///< what the message begins with
};

Mutating suspension(bool suspended)
{
    return {"updating_suspension_state", single("is_suspended", !suspended), single("is_suspended", suspended), 0, {}};
}

Mutating membership(const std::optional<model::Uuid>& group)
{
    return {"updating_group_membership",
            single("acs_access_group_id", json::value(nullptr)),
            single("acs_access_group_id", id_or_null(group)),
            0,
            {}};
}

Mutating rescheduling(const model::User& user)
{
    return {"updating_access_schedule", schedule(std::nullopt, std::nullopt), schedule(user.starts_at, user.ends_at), 0, {}};
}

/// The access grant that a credential is of, if its times were ever moved.
const model::AccessGrant* moved_grant(const model::Workspace& workspace, const model::CredentialId& credential)
{
    const auto method = workspace.method_by_credential.find(credential);
    if (method == workspace.method_by_credential.end()) return nullptr;
    const auto& grant = workspace.grants.find(workspace.methods.find(method->second)->row.grant)->row;
    return grant.moved_at ? &grant : nullptr;
}

Mutating moving_times(const model::AccessGrant& grant)
{
    return {"updating_access_schedule", schedule(grant.was_starts_at, grant.was_ends_at), schedule(grant.starts_at, grant.ends_at), 0,
            "The times of access grant " + to_string(grant.id) + " were moved. "};
}

/// What was changed last of all that leads a user to a door is why the door is being written. Earlier values are on record of the times of
/// access grants alone, so `from` is what is known of them.
Mutating latest_cause(const model::Workspace& workspace, const model::UserNode& user, const std::vector<AccessRow>& pending)
{
    auto newest = user.row.touched;
    auto cause = user.row.starts_at ? rescheduling(user.row) : suspension(false);
    for (const auto& group : user.groups)
        if (group.touched > newest) {
            newest = group.touched;
            cause = membership(group.id.value);
        }
    for (const auto& entrance : user.direct)
        if (entrance.touched > newest) {
            newest = entrance.touched;
            cause = membership(std::nullopt);
        }
    for (const auto& row : pending) {
        const auto* credential = workspace.credentials.find(row.credential);
        if (credential == nullptr || credential->row.touched <= newest) continue;
        newest = credential->row.touched;
        const auto* grant = moved_grant(workspace, row.credential);
        if (grant != nullptr && row.verified_at && *row.verified_at <= *grant->moved_at)
            cause = moving_times(*grant);
        else
            cause = {"updating_credential_assignment",
                     single("acs_credential_id", json::value(nullptr)),
                     single("acs_credential_id", id_or_null(row.credential.value)),
                     0,
                     {}};
    }
    cause.number = newest;
    return cause;
}

/// A credential that the user held and holds no longer; nothing when all of it is still the user's.
const AccessRow* taken_from(const model::UserNode& user, const std::vector<AccessRow>& residual)
{
    for (const auto& row : residual)
        if (std::find(user.credentials.begin(), user.credentials.end(), row.credential) == user.credentials.end()) return &row;
    return nullptr;
}

/// An access grant that begins later by now than it did.
const model::AccessGrant* put_off(const model::Workspace& workspace, const std::vector<AccessRow>& residual, Instant now)
{
    for (const auto& row : residual)
        if (const auto* grant = moved_grant(workspace, row.credential); grant != nullptr && now < grant->starts_at) return grant;
    return nullptr;
}

Mutating removal_cause(const model::Workspace& workspace, const model::UserNode& user, const std::vector<AccessRow>& residual, Instant now)
{
    if (user.row.suspended) return suspension(true);
    const bool outside = (user.row.ends_at && *user.row.ends_at <= now) || (user.row.starts_at && now < *user.row.starts_at);
    if (outside) return rescheduling(user.row);
    if (const auto* taken = taken_from(user, residual))
        return {"updating_credential_assignment",
                single("acs_credential_id", id_or_null(taken->credential.value)),
                single("acs_credential_id", json::value(nullptr)),
                0,
                {}};
    if (const auto* grant = put_off(workspace, residual, now)) return moving_times(*grant);
    return membership(std::nullopt);
}

/// When the controllers themselves let go of what may still open.
std::string own_end(const std::vector<AccessRow>& residual)
{
    auto last = base::no_start;
    for (const auto& row : residual) last = std::max(last, row.ends_at.value_or(base::no_end));
    return last == base::no_end ? "; it has no end of its own" : "; ends by itself at " + base::to_iso(last);
}

json::object mutation_entry(Mutating mutating, Instant since, std::string_view message)
{
    auto made = entry("mutation_code", mutating.code, since, mutating.about + std::string{message});
    made["from"] = std::move(mutating.from);
    made["to"] = std::move(mutating.to);
    return made;
}

json::array mutations_of(const Context& context, const model::UserNode& user, const Standings& standings)
{
    const auto& directory = context.services.directory;
    const auto now = context.now().instant;
    json::array made;
    if (!standings.residual.empty()) {
        const auto message = "May still open " + describe(directory, standings.residual, now) + own_end(standings.residual);
        auto cause = removal_cause(context.workspace(), user, standings.residual, now);
        made.push_back(mutation_entry(std::move(cause), oldest(standings.residual, user.row.created_at), message));
    }
    if (!standings.pending.empty()) {
        const auto since = oldest(standings.pending, user.row.created_at);
        const auto message = "Not yet proven: " + describe(directory, standings.pending, now);
        if (!standings.any_proven && standings.residual.empty()) {
            made.push_back(entry("mutation_code", "creating", since, message));
        } else {
            auto cause = latest_cause(context.workspace(), user, standings.pending);
            const auto at = context.services.ledger.made_at(cause.number).value_or(since);
            made.push_back(mutation_entry(std::move(cause), at, message));
        }
    }
    if (!standings.ahead.empty()) {
        auto first = *standings.ahead.front().scheduled_at;
        for (const auto& row : standings.ahead) first = std::min(first, *row.scheduled_at);
        const auto message = "Access starts in " + age_in_words(first - now) + ": " + describe(directory, standings.ahead, now);
        auto deferring = entry("mutation_code", "deferring_creation", user.row.created_at, message);
        deferring["scheduled_at"] = api::to_json(first);
        made.push_back(std::move(deferring));
    }
    return made;
}

/// One for each credential that controllers refuse, which it names.
json::array errors_from(const Context& context, const model::UserNode& user, const Standings& standings)
{
    std::map<model::CredentialId, std::vector<AccessRow>> refused;
    for (const auto& row : standings.refused) refused[row.credential].push_back(row);
    json::array made;
    for (const auto& [credential, rows] : refused) {
        const auto message = "Credential " + to_string(credential) +
                             " is refused by the door's controller: " + describe(context.services.directory, rows, context.now().instant);
        auto error = entry("error_code", "failed_to_update_on_acs_system", oldest(rows, user.row.created_at), message);
        error["acs_credential_id"] = to_string(credential);
        made.push_back(std::move(error));
    }
    return made;
}

/// Doors the user has a way to at some time from now on, where nothing they hold fits the hardware.
std::vector<std::string> doors_without_key(const Context& context, const model::UserNode& user, const Standings& standings)
{
    const auto& workspace = context.workspace();
    std::set<model::DoorId> doors;
    for (const auto* entrance : model::reachable(workspace, user)) doors.insert(entrance->row.door);
    std::vector<std::string> names;
    for (const auto& id : doors) {
        if (standings.doors.contains(id)) continue;
        const auto& door = *context.services.directory.door(id);
        const auto leads_there = [&context, &workspace, &door](const model::CredentialId& credential) {
            return model::opens_by_any_kind(workspace, *workspace.credentials.find(credential), door, context.now()).interval.has_value();
        };
        if (std::any_of(user.credentials.begin(), user.credentials.end(), leads_there)) names.push_back(door_name(workspace, door));
    }
    return names;
}

json::array warnings_of(const Context& context, const model::UserNode& user, const Standings& standings)
{
    const auto now = context.now().instant;
    const auto& row = user.row;
    json::array made;
    const auto inactive = [&made](Instant since, std::string_view message) {
        made.push_back(entry("warning_code", "acs_user_inactive", since, message));
    };
    if (row.starts_at && now < *row.starts_at)
        inactive(row.created_at,
                 "The access schedule starts in " + age_in_words(*row.starts_at - now) + ", at " + base::to_iso(*row.starts_at));
    else if (row.ends_at && *row.ends_at <= now)
        inactive(*row.ends_at, "The access schedule ended " + age_in_words(now - *row.ends_at) + " ago, at " + base::to_iso(*row.ends_at));
    if (!standings.late.empty()) {
        const auto message = "Not proven: " + describe(context.services.directory, standings.late, now);
        made.push_back(entry("warning_code", "unknown_issue_with_acs_user", oldest(standings.late, row.created_at), message));
    }
    const auto doors = row.suspended ? std::vector<std::string>{} : doors_without_key(context, user, standings);
    if (!doors.empty()) {
        std::string message = "Nothing this user holds fits ";
        for (const auto& door : doors) message += (&door == &doors.front() ? "" : ", ") + door;
        made.push_back(entry("warning_code", "unknown_issue_with_acs_user", row.created_at, message));
    }
    return made;
}

} // namespace

UserTruth truth_of(const Context& context, const model::UserNode& user)
{
    const auto standings = standings_of(context, user);
    UserTruth truth;
    truth.errors = errors_from(context, user, standings);
    truth.warnings = warnings_of(context, user, standings);
    truth.pending_mutations = mutations_of(context, user, standings);
    if (standings.all_synced) truth.synced_at = standings.synced_at;
    return truth;
}

json::array errors_of(const Context& context, const model::UserNode& user)
{
    return errors_from(context, user, standings_of(context, user));
}

} // namespace gatehouse::http
