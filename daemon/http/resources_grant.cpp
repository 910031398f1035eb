#include "http/resources_grant.hpp"

#include "http/resources_site.hpp"
#include "http/words.hpp"
#include "reconcile/presented.hpp"

#include <algorithm>
#include <set>

namespace gatehouse::http {

using api::to_json;
using model::Truth;
using reconcile::AccessRow;

namespace {

/// What stands at the doors of some credentials.
struct Stands {
    std::vector<AccessRow> refused, late, pending;
    std::vector<reconcile::ResidualRow> residual;
    bool any_takes_it = false; ///< a door that does not refuse it
    bool stopped = false;      ///< its holder is; no door would take it were that not so
    bool unasked = false;      ///< no door of one of its credentials takes one
    /// Every door there is says no.
    bool refused_everywhere() const { return (!refused.empty() || stopped || unasked) && !any_takes_it; }
};

/// A card that is not yet assigned: no door is to blame.
bool waits_for_card(const model::Credential& row)
{
    return row.method == model::AccessMethod::card && model::presentations(row).empty();
}

void add(const Context& context, const model::CredentialId& id, Stands& into)
{
    const auto& workspace = context.workspace();
    const auto* credential = workspace.credentials.find(id);
    if (credential != nullptr && !waits_for_card(credential->row)) {
        into.stopped = into.stopped || reconcile::held_nowhere(context.services.reconciler, workspace, *credential);
        into.unasked = into.unasked || reconcile::asked_nowhere(context.services.reconciler, workspace, *credential);
        for (auto& row : reconcile::access_of(context.services.reconciler, workspace, *credential)) {
            into.any_takes_it = into.any_takes_it || row.state != Truth::refused;
            if (row.state == Truth::verified || (row.scheduled_at && row.state == Truth::pending)) continue;
            (row.state == Truth::refused ? into.refused : row.late ? into.late : into.pending).push_back(std::move(row));
        }
    }
    for (auto& row : reconcile::residuals_of(context.services.reconciler, workspace.row.id, id)) into.residual.push_back(std::move(row));
}

Stands stands_of(const Context& context, const model::MethodNode& method)
{
    Stands found;
    for (const auto& link : method.credentials) add(context, link.id, found);
    return found;
}

json::object said(std::string_view kind, std::string_view code, base::Instant since, const std::string& message)
{
    json::object made;
    made["created_at"] = to_json(since);
    made["message"] = message;
    made[kind] = code;
    return made;
}

/// All that it was for was retired from the configuration.
bool opens_nothing(const model::GrantNode& grant)
{
    return grant.entrances.empty() && grant.doors.empty();
}

constexpr const char* nothing_left = "Opens nothing any more: the doors it was for were retired from the configuration";

/// When the first of them came to be as it is; `otherwise` is what holds for all of them when that is not known.
base::Instant oldest_pending(const std::vector<AccessRow>& rows, base::Instant otherwise)
{
    std::optional<base::Instant> since;
    for (const auto& row : rows)
        if (row.since) since = std::min(since.value_or(*row.since), *row.since);
    return since.value_or(otherwise);
}

std::vector<AccessRow> rows_of_grant(const std::vector<reconcile::ResidualRow>& residual)
{
    std::vector<AccessRow> rows;
    for (const auto& row : residual) rows.push_back(row.access);
    return rows;
}

json::array doors_of_grant(const std::vector<AccessRow>& rows)
{
    std::set<model::DoorId> doors;
    for (const auto& row : rows)
        if (!row.door.nil()) doors.insert(row.door);
    json::array ids;
    for (const auto& door : doors) ids.emplace_back(to_string(door));
    return ids;
}

/// Devices that may still open though they should not.
json::array failed_devices(const Context& context, const Stands& stands)
{
    json::array failed;
    for (const auto& row : stands.residual) {
        if (row.access.door.nil()) continue;
        failed.push_back(json::object{{"device_id", to_string(row.access.door)},
                                      {"error_code", "removal_not_proven"},
                                      {"message", describe(context.services.directory, row.access, context.now().instant)}});
    }
    return failed;
}

/// Doors of a grant at which a code of it can open nothing: they take none, by their mode or by their hardware.
json::array doors_without_codes(const Context& context, const model::GrantNode& grant)
{
    const auto& directory = context.services.directory;
    std::set<model::DoorId> doors;
    for (const auto& link : grant.doors) doors.insert(link.id);
    for (const auto& link : grant.entrances) doors.insert(context.workspace().entrances.find(link.id)->row.door);
    json::array warnings;
    for (const auto& id : doors) {
        const auto& door = *directory.door(id);
        if (reconcile::takes(context.services.fleet, door, model::AccessMethod::code)) continue;
        auto warning = said("warning_code", "device_does_not_support_access_codes", grant.row.created_at,
                            door_name(context.workspace(), door) + ": no code opens it");
        warning["device_id"] = to_string(id);
        warnings.push_back(std::move(warning));
    }
    return warnings;
}

std::string_view method_word(model::AccessMethod mode)
{
    return mode == model::AccessMethod::code ? "code" : "card";
}

std::string_view label(model::AccessMethod mode)
{
    return mode == model::AccessMethod::code ? "Code" : "Card";
}

json::array requested(const model::Workspace& workspace, const model::GrantNode& grant)
{
    json::array items;
    for (const auto& id : grant.methods) {
        const auto& method = workspace.methods.find(id)->row;
        json::object item{{"created_access_method_ids", json::array{to_string(id)}},
                          {"created_at", to_json(method.created_at)},
                          {"display_name", label(method.mode)},
                          {"mode", method_word(method.mode)}};
        if (method.code) item["code"] = *method.code;
        items.push_back(std::move(item));
    }
    return items;
}

/// What was given to somebody who is stopped everywhere opens nothing until that is lifted.
bool stopped_everywhere(const Context& context, const model::GrantNode& grant)
{
    return !grant.row.deleting && context.workspace().identities.find(grant.row.identity)->row.frozen;
}

/// Since when it opens nothing for that.
base::Instant stopped_at(const Context& context, const model::GrantNode& grant)
{
    const auto& person = context.workspace().identities.find(grant.row.identity)->row;
    return std::max(grant.row.created_at, person.frozen_at.value_or(grant.row.created_at));
}

json::array grant_warnings(const Context& context, const model::GrantNode& grant, const Stands& stands, bool codes)
{
    const auto& directory = context.services.directory;
    const auto now = context.now().instant;
    json::array warnings;
    if (grant.row.deleting)
        warnings.push_back(said("warning_code", "being_deleted", oldest_pending(rows_of_grant(stands.residual), now),
                                "Taken away; kept until every door has proven it"));
    if (opens_nothing(grant) && !grant.row.deleting)
        warnings.push_back(said("warning_code", "underprovisioned_access", grant.row.created_at, nothing_left));
    if (grant.methods.empty() && !grant.row.deleting)
        warnings.push_back(
            said("warning_code", "underprovisioned_access", grant.row.created_at, "It has no access method: nobody gets in by it"));
    if (stopped_everywhere(context, grant))
        warnings.push_back(said("warning_code", "underprovisioned_access", stopped_at(context, grant), std::string{person_stopped}));
    auto short_of = stands.refused;
    short_of.insert(short_of.end(), stands.late.begin(), stands.late.end());
    if (!short_of.empty())
        warnings.push_back(said("warning_code", "underprovisioned_access", oldest_pending(short_of, grant.row.created_at),
                                describe(directory, short_of, now)));
    if (!stands.residual.empty()) {
        const auto rows = rows_of_grant(stands.residual);
        auto warning =
            said("warning_code", "overprovisioned_access", oldest_pending(rows, grant.row.created_at), describe(directory, rows, now));
        warning["failed_devices"] = failed_devices(context, stands);
        warnings.push_back(std::move(warning));
    }
    if (codes)
        for (auto& warning : doors_without_codes(context, grant)) warnings.push_back(std::move(warning));
    return warnings;
}

std::string_view status_of(const model::GrantNode& node, base::Instant now)
{
    const auto& grant = node.row;
    if (grant.deleting) return "being_deleted";
    if (grant.ends_at && *grant.ends_at <= now) return "ended";
    if (opens_nothing(node) || node.methods.empty()) return "opens_nothing";
    return now < grant.starts_at ? "upcoming" : "active";
}

json::object times(const std::optional<base::Instant>& starts_at, const std::optional<base::Instant>& ends_at)
{
    return {{"starts_at", starts_at ? to_json(*starts_at) : json::value(nullptr)},
            {"ends_at", ends_at ? to_json(*ends_at) : json::value(nullptr)}};
}

/// What was proven and is being written anew: the times of the grant were moved, or a table lost it.
struct Rewriting {
    std::vector<AccessRow> rows;
    bool moved = false;

    Rewriting(const model::AccessGrant& grant, const Stands& stands)
    {
        for (const auto* all : {&stands.pending, &stands.late})
            for (const auto& row : *all) {
                if (!row.verified_at) continue;
                moved = moved || (grant.moved_at && *row.verified_at <= *grant.moved_at);
                rows.push_back(row);
            }
    }
};

json::object updating_times(const Context& context, const model::AccessGrant& grant, const Rewriting& rewriting)
{
    const auto which = describe(context.services.directory, rewriting.rows, context.now().instant);
    const auto at = rewriting.moved ? *grant.moved_at : oldest_pending(rewriting.rows, grant.created_at);
    auto made =
        said("mutation_code", "updating_access_times", at,
             (rewriting.moved ? "The times were moved. Not yet proven: " : "The same times are written anew. Not yet proven: ") + which);
    made["from"] = rewriting.moved ? times(grant.was_starts_at, grant.was_ends_at) : times(grant.starts_at, grant.ends_at);
    made["to"] = times(grant.starts_at, grant.ends_at);
    return made;
}

json::array method_mutations(const Context& context, const model::MethodNode& method, const Stands& stands)
{
    const auto& directory = context.services.directory;
    const auto now = context.now().instant;
    json::array mutations;
    const auto moves = [&](std::string_view code, const std::vector<AccessRow>& rows, bool away) {
        const auto since = std::max(oldest_pending(rows, method.row.created_at), method.row.created_at); // one may have waited before it
        auto made = said("mutation_code", code, since, describe(directory, rows, now));
        json::object doors, none;
        doors["device_ids"] = doors_of_grant(rows);
        none["device_ids"] = json::array{};
        made["from"] = away ? doors : none;
        made["to"] = away ? none : doors;
        mutations.push_back(std::move(made));
    };
    auto fresh = stands.pending;
    std::erase_if(fresh, [](const AccessRow& row) { return row.verified_at.has_value(); });
    const auto& grant = context.workspace().grants.find(method.row.grant)->row;
    const Rewriting rewriting{grant, stands};
    if (!fresh.empty()) moves("provisioning_access", fresh, false);
    if (!rewriting.rows.empty() && !grant.deleting) mutations.push_back(updating_times(context, grant, rewriting));
    if (!stands.residual.empty()) moves("revoking_access", rows_of_grant(stands.residual), true);
    return mutations;
}

json::array grant_mutations(const Context& context, const model::GrantNode& grant, const Stands& stands, const json::array& methods)
{
    json::array mutations;
    const Rewriting rewriting{grant.row, stands};
    if (rewriting.rows.empty() || grant.row.deleting) return mutations;
    auto made = updating_times(context, grant.row, rewriting);
    made["access_method_ids"] = methods;
    mutations.push_back(std::move(made));
    return mutations;
}

} // namespace

json::object access_grant_json(const Context& context, const model::GrantNode& grant)
{
    const auto& row = grant.row;
    const auto& workspace = context.workspace();
    Stands stands;
    bool codes = false;
    json::array methods;
    for (const auto& id : grant.methods) {
        const auto& method = *workspace.methods.find(id);
        codes = codes || method.row.mode == model::AccessMethod::code;
        methods.emplace_back(to_string(id));
        for (const auto& link : method.credentials) add(context, link.id, stands);
    }
    auto mutations = grant_mutations(context, grant, stands, methods);
    const auto person = workspace.identities.find(row.identity)->row.full_name.value_or("Access grant");
    json::object shown{{"access_grant_id", to_string(row.id)},
                       {"access_method_ids", std::move(methods)},
                       {"created_at", to_json(row.created_at)},
                       {"display_name", row.name.value_or(person)},
                       {"display_status", status_of(grant, context.now().instant)},
                       {"ends_at", row.ends_at ? to_json(*row.ends_at) : json::value(nullptr)},
                       {"errors", json::array{}},
                       {"location_ids", json::array{}},
                       {"name", to_json(row.name)},
                       {"pending_mutations", std::move(mutations)},
                       {"requested_access_methods", requested(workspace, grant)},
                       {"space_ids", json::array{}},
                       {"starts_at", to_json(row.starts_at)},
                       {"user_identity_id", to_string(row.identity)},
                       {"warnings", grant_warnings(context, grant, stands, codes)},
                       {"workspace_id", to_string(row.workspace)}};
    if (row.key) shown["access_grant_key"] = *row.key;
    if (row.reservation_key) shown["reservation_key"] = *row.reservation_key;
    return shown;
}

namespace {

bool has_card(const model::Workspace& workspace, const model::MethodNode& method)
{
    return std::any_of(method.credentials.begin(), method.credentials.end(), [&workspace](const auto& link) {
        const auto* credential = workspace.credentials.find(link.id);
        return credential != nullptr && !model::presentations(credential->row).empty();
    });
}

/// Where it stands with a method. What a door refuses while others take it is a delay; issued is what some door may open to.
struct Issuing {
    bool deleting = false, failed = false, waits_for_card = false;
    bool issued() const { return !failed && !waits_for_card; }
    std::string_view status() const
    {
        if (deleting) return "being_deleted";
        if (failed) return "failed_to_issue";
        return waits_for_card ? "waiting_for_card" : "issued";
    }
};

Issuing issuing(const model::Workspace& workspace, const model::MethodNode& method, const Stands& stands)
{
    const auto& grant = *workspace.grants.find(method.row.grant);
    Issuing found;
    found.deleting = method.row.deleting || grant.row.deleting;
    found.failed = !found.deleting && (opens_nothing(grant) || stands.refused_everywhere());
    found.waits_for_card = method.row.mode == model::AccessMethod::card && !has_card(workspace, method);
    return found;
}

json::array method_errors(const Context& context, const model::MethodNode& method, const Stands& stands, const Issuing& issuing)
{
    json::array errors;
    if (!issuing.failed) return errors;
    const auto message = !stands.refused.empty() ? describe(context.services.directory, stands.refused, context.now().instant)
                         : stands.stopped        ? std::string{"No door can take it"}
                         : stands.unasked        ? std::string{"No door that it leads to takes one"}
                                                 : std::string{nothing_left};
    errors.push_back(said("error_code", "failed_to_issue", oldest_pending(stands.refused, method.row.created_at), message));
    return errors;
}

json::array method_warnings(const Context& context, const model::MethodNode& method, const Stands& stands, const Issuing& issuing)
{
    json::array warnings;
    const auto now = context.now().instant;
    if (issuing.deleting)
        warnings.push_back(said("warning_code", "being_deleted", oldest_pending(rows_of_grant(stands.residual), now),
                                "Taken away; kept until every door has proven it"));
    const auto& grant = *context.workspace().grants.find(method.row.grant);
    if (!issuing.deleting && stopped_everywhere(context, grant))
        warnings.push_back(said("warning_code", "delay_in_issuing", std::max(method.row.created_at, stopped_at(context, grant)),
                                std::string{person_stopped}));
    auto delayed = issuing.failed ? std::vector<AccessRow>{} : stands.refused;
    delayed.insert(delayed.end(), stands.late.begin(), stands.late.end());
    if (!delayed.empty())
        warnings.push_back(said("warning_code", "delay_in_issuing", oldest_pending(delayed, method.row.created_at),
                                describe(context.services.directory, delayed, now)));
    return warnings;
}

} // namespace

bool failed_to_issue(const Context& context, const model::MethodNode& method)
{
    return issuing(context.workspace(), method, stands_of(context, method)).failed;
}

json::object access_method_json(const Context& context, const model::MethodNode& method)
{
    const auto& row = method.row;
    const auto stands = stands_of(context, method);
    const auto stage = issuing(context.workspace(), method, stands);
    const bool issued = stage.issued();
    json::object shown{{"access_method_id", to_string(row.id)},
                       {"created_at", to_json(row.created_at)},
                       {"display_name", label(row.mode)},
                       {"display_status", stage.status()},
                       {"errors", method_errors(context, method, stands, stage)},
                       {"is_issued", issued},
                       {"issued_at", issued ? to_json(row.created_at) : json::value(nullptr)},
                       {"mode", method_word(row.mode)},
                       {"pending_mutations", method_mutations(context, method, stands)},
                       {"warnings", method_warnings(context, method, stands, stage)},
                       {"workspace_id", to_string(row.workspace)}};
    if (row.mode == model::AccessMethod::code) shown["code"] = to_json(row.code);
    if (row.mode == model::AccessMethod::card) {
        shown["is_assignment_required"] = stage.waits_for_card;
        shown["is_ready_for_assignment"] = stage.waits_for_card;
    }
    return shown;
}

} // namespace gatehouse::http
