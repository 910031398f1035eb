#include "http/aftermath.hpp"
#include "http/endpoints.hpp"
#include "http/moment.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"
#include "http/words.hpp"
#include "model/candidates.hpp"
#include "model/ranking.hpp"
#include "model/second_factor.hpp"
#include "reconcile/presented.hpp"
#include "reconcile/truth.hpp"

#include <algorithm>
#include <set>

namespace gatehouse::http {

using namespace api;

namespace {

using model::Way;

std::string_view reason_word(Way::Kind kind)
{
    switch (kind) {
    case Way::Kind::group:
        return "access_group";
    case Way::Kind::direct:
        return "entrance_grant";
    case Way::Kind::list:
        return "credential_list";
    case Way::Kind::device_grant:
        return "device_grant";
    }
    return "access_group";
}

json::object way_json(const Way& way)
{
    json::object shown{{"by", reason_word(way.kind)}, {"open", way.open}};
    shown["acs_entrance_id"] = way.entrance.nil() ? json::value(nullptr) : json::value(to_string(way.entrance));
    shown["acs_access_group_id"] = way.kind == Way::Kind::group ? json::value(to_string(way.group)) : json::value(nullptr);
    shown["hours"] = way.hours == nullptr ? json::value(model::always) : json::value(way.hours->key);
    shown["starts_at"] = time_or_null(way.window.from, base::no_start);
    shown["ends_at"] = time_or_null(way.window.until, base::no_end);
    return shown;
}

/// How its holder stands, who types a code after it where the door asks for one.
model::Explanation explained(const model::Workspace& workspace, const model::CredentialNode& credential, const model::DoorNode& door,
                             base::Now at)
{
    auto found = model::explain(workspace, credential, door, at);
    found.opening = model::with_own_code(found.opening, workspace, credential, door, at);
    return found;
}

bool comes_in(const model::Workspace& workspace, const model::CredentialNode& credential, const model::DoorNode& door, base::Now at)
{
    return model::with_own_code(model::opens(workspace, credential, door, at), workspace, credential, door, at).open;
}

/// What is known now of the door's controller, which may have refused what the policy grants or not have it yet.
void add_door_truth(const Context& context, const model::CredentialNode& credential, const model::DoorNode& door, json::object& shown)
{
    auto held = reconcile::access_at(context.services.reconciler, context.workspace(), credential, door);
    if (!held) // what was taken away may open it still
        for (auto& left : reconcile::residuals_of(context.services.reconciler, context.workspace().row.id, credential.row.id))
            if (left.access.door == door.row.id) {
                held = std::move(left.access);
                held->reason = "may still open: " + held->reason;
                break;
            }
    const auto& services = context.services;
    const auto method = credential.row.method;
    const bool shown_there = method == model::AccessMethod::card || method == model::AccessMethod::code;
    const auto comes = shown_there ? reconcile::presented(services.fleet, services.directory, door, method) : reconcile::Presented::decided;
    const auto reason = held ? held->reason : std::string{reconcile::why_not(comes)};
    shown["device_truth"] = held ? json::value(reconcile::to_string(held->state)) : json::value(nullptr);
    shown["device_reason"] = reason.empty() ? json::value(nullptr) : json::value(reason);
}

json::object answer_json(const Context& context, const model::CredentialNode& credential, const model::DoorNode& door,
                         const model::Explanation& found)
{
    const auto& workspace = context.workspace();
    const auto& row = credential.row;
    const auto* user = row.user ? workspace.users.find(*row.user) : nullptr;
    json::array ways;
    for (const auto& way : found.ways) ways.push_back(way_json(way));
    json::object shown{
        {"acs_credential_id", to_string(row.id)},
        {"acs_user_id", row.user ? json::value(to_string(*row.user)) : json::value(nullptr)},
        {"user_identity_id", user != nullptr && user->row.identity ? json::value(to_string(*user->row.identity)) : json::value(nullptr)},
        {"person", user == nullptr ? json::value(nullptr) : json::value(reconcile::person_of(user->row))},
        {"opens", found.opening.open},
        {"reason", to_string(found.opening.reason)},
        {"second_factor", model::asks_for_code(door, row.method)},
        {"ways", std::move(ways)}};
    const auto& interval = found.opening.interval;
    shown["from"] = interval ? time_or_null(interval->from, base::no_start) : json::value(nullptr);
    shown["until"] = interval ? time_or_null(interval->until, base::no_end) : json::value(nullptr);
    add_door_truth(context, credential, door, shown);
    return shown;
}

/// A door the workspace owns or has an entrance on.
base::Result<const model::DoorNode*> find_door(const Context& context, const Params& params)
{
    const auto* door = context.services.directory.door(params.get<model::DoorId>("device_id"));
    const auto own = context.workspace().row.id;
    const auto here = [&own](const auto& entrance) { return entrance.workspace == own; };
    const bool seen = door != nullptr && (door->row.owner == own || std::any_of(door->entrances.begin(), door->entrances.end(), here));
    if (!seen) return base::fail(base::Fault::not_found, "No such device", "device_not_found");
    return door;
}

struct WhoOpens {
    std::vector<model::CredentialId> own; ///< of the workspace's own people, in the list's order
    std::set<model::WorkspaceId> tenants; ///< others with people for whom it is open; for the owner of the door alone
};

/// For whom the door is open: of the workspace's own people the first `most` behind `after`.
asio::awaitable<WhoOpens> first_who_open(const Context& context, model::DoorId id, base::Now at, std::optional<model::Position> after,
                                         std::size_t most)
{
    const auto& directory = context.services.directory;
    const auto& own = context.workspace();
    WhoOpens who;
    std::set<model::Position> first;
    model::Candidates walk{directory, {&id, 1}};
    for (bool more = true; more;) {
        std::vector<model::Candidate> found;
        more = walk.step(directory, people_a_turn, found);
        const auto* door = directory.door(id); // it may be gone by now
        if (door == nullptr) break;
        for (const auto& [workspace, credential] : found) {
            const auto place = position_of(*credential);
            const bool behind = first.size() >= most && *first.rbegin() < place;
            const bool tenant = workspace != &own;
            const bool told = tenant && (door->row.owner != own.row.id || who.tenants.contains(workspace->row.id));
            if (told || (!tenant && (behind || (after && place <= *after)))) continue;
            if (!comes_in(*workspace, *credential, *door, at)) continue;
            if (tenant)
                who.tenants.insert(workspace->row.id);
            else
                first.insert(place);
            if (first.size() > most) first.erase(std::prev(first.end()));
        }
        if (more) co_await next_turn();
    }
    for (const auto& place : first) who.own.push_back(model::CredentialId{place.id});
    co_return who;
}

/// That another workspace's people open the door is told to its owner; who they are, how many, when and how, is their own business.
json::array tenants_json(const Context& context, const std::set<model::WorkspaceId>& tenants)
{
    json::array rows;
    for (const auto& id : tenants) {
        json::object row{{"person", reconcile::tenant_name(context.services.directory, id)}, {"opens", true}};
        row["reason"] = to_string(model::Reason::granted);
        row["second_factor"] = false;
        row["ways"] = json::array{};
        for (const auto* name : {"acs_credential_id", "acs_user_id", "user_identity_id", "from", "until", "device_truth", "device_reason"})
            row[name] = nullptr;
        rows.push_back(std::move(row));
    }
    return rows;
}

asio::awaitable<Answer> who(Context& context, const Params& params)
{
    const auto door = find_door(context, params);
    if (!door) co_return door.error();
    const auto id = (*door)->row.id;
    const auto asked = moment(context, params);
    if (!asked) co_return asked.error();
    const auto at = *asked;
    const auto& directory = context.services.directory;
    const auto open = [&context, &directory, id, at](const model::CredentialNode& node) {
        const auto* now = directory.door(id); // it may be gone by now
        return now != nullptr && comes_in(context.workspace(), node, *now, at);
    };
    const auto render = [&context, &directory, id, at](const model::CredentialNode& node) {
        const auto& now = *directory.door(id);
        return answer_json(context, node, now, explained(context.workspace(), node, now, at));
    };
    PageOf rows{params, open, render};
    const auto most = params.page().limit + 1; // one more shows that there are more
    auto found = co_await first_who_open(context, id, at, rows.after(), most);
    co_await walk(context.workspace().credentials, std::move(found.own), rows.after(), rows);
    rows.end_with(tenants_json(context, found.tenants));
    co_return rows.answer("access");
}

base::Result<std::vector<model::CredentialId>> credentials_asked(const Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    std::vector<model::CredentialId> ids;
    const auto add = [&workspace, &ids](const model::UserId& id) {
        const auto& held = workspace.users.find(id)->credentials;
        ids.insert(ids.end(), held.begin(), held.end());
    };
    if (const auto id = params.find<model::CredentialId>("acs_credential_id")) {
        if (workspace.credentials.find(*id) == nullptr)
            return base::fail(base::Fault::not_found, "No such ACS credential", "acs_credential_not_found");
        ids.push_back(*id);
    } else if (const auto user = params.find<model::UserId>("acs_user_id")) {
        const auto found = find_user(workspace, *user);
        if (!found) return found.error();
        add(*user);
    } else {
        const auto identity = find_identity(workspace, params.get<model::IdentityId>("user_identity_id"));
        if (!identity) return identity.error();
        for (const auto& one : (*identity)->users) add(one);
    }
    std::sort(ids.begin(), ids.end(), [&workspace](const model::CredentialId& left, const model::CredentialId& right) {
        return position_of(*workspace.credentials.find(left)) < position_of(*workspace.credentials.find(right));
    });
    return ids;
}

/// Why nobody comes in of whom there is no credential to ask about.
std::string_view reason_without_credentials(const Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    std::vector<model::UserId> users;
    const model::IdentityNode* person = nullptr;
    if (const auto id = params.find<model::UserId>("acs_user_id")) {
        users.push_back(*id);
        person = workspace.users.find(*id)->identity;
    } else {
        person = workspace.identities.find(params.get<model::IdentityId>("user_identity_id"));
        users.assign(person->users.begin(), person->users.end());
    }
    const auto suspended = [&workspace](const model::UserId& id) { return workspace.users.find(id)->row.suspended; };
    if (person != nullptr && person->row.frozen) return to_string(model::Reason::frozen);
    if (users.empty()) return "no_user";
    return std::ranges::all_of(users, suspended) ? to_string(model::Reason::suspended) : "no_credential";
}

asio::awaitable<Answer> why(Context& context, const Params& params)
{
    const auto door = find_door(context, params);
    if (!door) co_return door.error();
    const auto at = moment(context, params);
    if (!at) co_return at.error();
    const auto ids = credentials_asked(context, params);
    if (!ids) co_return ids.error();
    const auto& workspace = context.workspace();
    json::array rows;
    std::vector<model::Runner> runners;
    std::vector<model::Reason> reasons;
    for (const auto& id : *ids) {
        const auto& credential = *workspace.credentials.find(id);
        const auto found = explained(workspace, credential, **door, *at);
        rows.push_back(answer_json(context, credential, **door, found));
        runners.push_back({&workspace, &credential, model::reach(found.opening.reason)});
        reasons.push_back(found.opening.reason);
    }
    json::object shown{{"opens", false}};
    if (runners.empty()) {
        shown["reason"] = reason_without_credentials(context, params);
    } else {
        const auto& one = model::furthest(**door, runners);
        const auto reason = reasons.at(static_cast<std::size_t>(&one - runners.data()));
        shown["opens"] = reason == model::Reason::granted;
        shown["reason"] = to_string(reason);
    }
    shown["access"] = std::move(rows);
    shown["still_open"] = still_open_at(context, (*door)->row.id, params.find<model::UserId>("acs_user_id"),
                                        params.find<model::IdentityId>("user_identity_id"));
    co_return ok(std::move(shown));
}

} // namespace

std::vector<http::Endpoint> gatehouse_explain_endpoints()
{
    return {
        {Route{Policy::api_key, "/gatehouse/access/who"}
             .takes(at_a_moment(Fields{}.required("device_id", uuid())))
             .returns_page("access", "gatehouse_answer")
             .about("Who can open a door at a moment, and how."),
         who},
        {Route{Policy::api_key, "/gatehouse/access/why"}
             .takes(at_a_moment(Fields{}
                                    .required("device_id", uuid())
                                    .optional("acs_credential_id", uuid())
                                    .optional("acs_user_id", uuid())
                                    .optional("user_identity_id", uuid())))
             .exactly_one({"acs_credential_id", "acs_user_id", "user_identity_id"})
             .returns_list("access", "gatehouse_answer")
             .about("Whether a person can open a door at a moment, and why not."),
         why},
    };
}

api::Schemas explain_schemas()
{
    const auto way = Fields{}
                         .required("by", choice({"access_group", "entrance_grant", "credential_list", "device_grant"}))
                         .required("open", boolean())
                         .nullable("acs_entrance_id", uuid())
                         .nullable("acs_access_group_id", uuid())
                         .required("hours", text())
                         .nullable("starts_at", datetime())
                         .nullable("ends_at", datetime());
    Schemas schemas;
    schemas["gatehouse_answer"] =
        Fields{}
            .nullable("acs_credential_id", uuid(), "Of another tenant's people: nothing.")
            .nullable("acs_user_id", uuid())
            .nullable("user_identity_id", uuid())
            .nullable("person", text(), "Of another tenant's people: `tenant NAME`.")
            .required("opens", boolean(), "By policy and hours; `device_truth` and `device_reason` say what becomes of it at the door.")
            .required("reason", text())
            .required("second_factor", boolean(), "It opens with a code of the same user after it.")
            .required("ways", list(object(way)))
            .nullable("from", datetime())
            .nullable("until", datetime())
            .nullable("device_truth", choice({"verified", "assumed", "pending", "refused", "unknown"}),
                      "How the door's controller stands to it now, whatever moment is asked about.")
            .nullable("device_reason", text());
    schemas["gatehouse_open_door"] = Fields{}
                                         .required("user_identity_id", uuid())
                                         .nullable("device_id", uuid())
                                         .nullable("door", text())
                                         .required("acs_credential_id", uuid())
                                         .nullable("ends_at", datetime())
                                         .required("message", text());
    return schemas;
}

} // namespace gatehouse::http
