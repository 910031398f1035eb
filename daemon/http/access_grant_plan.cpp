#include "http/access_grant_plan.hpp"

#include "http/codes.hpp"
#include "http/grant_changes.hpp"
#include "http/select.hpp"
#include "reconcile/presented.hpp"

#include <algorithm>

namespace gatehouse::http {

using namespace api;
using base::Fault;

namespace {

using Planned = std::variant<PlannedGrant, Answer>;

constexpr std::size_t places_at_most = 200, methods_at_most = 10; // of one request
constexpr std::size_t methods_of_grant = 100;

/// Where the account of a door without an entrance of ours is made: the first system by key.
const model::SystemNode* first_system(const model::Workspace& workspace)
{
    const model::SystemNode* first = nullptr;
    workspace.systems.walk(nullptr, [&first](const model::SystemNode& node) {
        if (!node.row.absent && (first == nullptr || node.row.key < first->row.key)) first = &node;
        return true;
    });
    return first;
}

void sort_places(const Context& context, GrantPlaces& places)
{
    const auto& workspace = context.workspace();
    std::set<model::DoorId> doors = places.doors;
    for (const auto& id : places.entrances) {
        const auto& row = workspace.entrances.find(id)->row;
        places.systems[row.system].entrances.push_back(id);
        doors.insert(row.door);
    }
    for (const auto& id : places.doors) {
        std::optional<model::SystemId> system;
        for (const auto& here : context.services.directory.door(id)->entrances) {
            if (here.workspace != workspace.row.id) continue;
            const auto& of = workspace.entrances.find(here.id)->row.system;
            if (!system || of < *system) system = of;
        }
        const auto* first = system ? nullptr : first_system(workspace);
        if (!system && first == nullptr) continue; // a workspace without systems has no users
        places.systems[system ? *system : first->row.id].doors.push_back(id);
    }
    places.all_doors.assign(doors.begin(), doors.end());
}

std::vector<base::Uuid> ids_of(const Params& params, std::string_view name)
{
    auto ids = params.list<base::Uuid>(name);
    if (const auto* location = params.object("location")) // the older way to say it
        for (const auto& id : location->list<base::Uuid>(name)) ids.push_back(id);
    return ids;
}

/// What each method is to be, checked.
struct Wanted {
    model::AccessMethod mode;
    std::optional<std::string> code;
};

std::variant<std::vector<Wanted>, Answer> wanted_methods(Context& context, const Params& params, const GrantPlaces& places)
{
    std::vector<Wanted> wanted;
    for (const auto* item : params.objects("requested_access_methods")) {
        const auto mode = item->get<std::string>("mode");
        auto code = item->find<std::string>("code");
        const auto here = "requested_access_methods." + std::to_string(wanted.size());
        const auto where = here + ".code";
        if (mode != "code" && mode != "card") return invalid(here + ".mode", "Only code and card are offered yet");
        if (code && mode != "code") return invalid(where, "Only with mode: code");
        if (code)
            if (const auto fits = check_code(where, *code, context.services.pins); !fits) return Answer{fits.error()};
        if (mode == "code" && !code) {
            code = pick_code(context, places.all_doors);
            if (!code) return Answer{base::fail(Fault::conflict, "No access code is free at these doors", "no_access_code_available")};
            context.picked.insert(*code);
        }
        wanted.push_back({mode == "code" ? model::AccessMethod::code : model::AccessMethod::card, std::move(code)});
    }
    return wanted;
}

/// The accounts the credentials go to, made where there is none.
using Accounts = std::map<model::SystemId, model::UserId>;
using Namesakes = std::map<model::SystemId, std::optional<model::UserId>>;

asio::awaitable<Namesakes> namesakes_of(Context& context, const model::Identity& identity, const GrantPlaces& places)
{
    Namesakes found;
    for (const auto& [system, listed] : places.systems) {
        const auto namesake = co_await find_namesake(context, system, identity.email_address, identity.phone_number);
        found[system] = namesake;
    }
    co_return found;
}

Accounts make_accounts(const Context& context, const model::Identity& identity, const Namesakes& namesakes, Edit& edit)
{
    Accounts accounts;
    const auto* node = context.workspace().identities.find(identity.id);
    for (const auto& [system, namesake] : namesakes) {
        const auto* stands = node == nullptr ? nullptr : oldest_account(context.workspace(), *node, system);
        if (stands != nullptr) {
            accounts[system] = stands->row.id;
            continue;
        }
        auto account = make_account(context, identity, system, namesake);
        accounts[system] = account.user;
        std::move(account.edit.rows.begin(), account.edit.rows.end(), std::back_inserter(edit.rows));
        std::move(account.edit.events.begin(), account.edit.events.end(), std::back_inserter(edit.events));
    }
    return accounts;
}

/// A method with a credential in each system, whose list is what the grant is for there and whose window is the grant's.
void add_method(const Context& context, const model::AccessGrant& grant, const Wanted& wanted, const GrantPlaces& places,
                const Accounts& accounts, Edit& edit)
{
    auto& random = context.services.random;
    const auto now = context.services.clock.wall();
    model::GrantMethod method{.id = {base::random_uuid(random)}, .workspace = grant.workspace, .grant = grant.id, .mode = wanted.mode};
    method.code = wanted.code;
    method.created_at = now;
    edit.rows.push_back(model::put(method));
    for (const auto& [system, listed] : places.systems) {
        model::Credential row{.id = {base::random_uuid(random)}, .workspace = grant.workspace, .system = system};
        row.user = accounts.at(system);
        row.method = wanted.mode;
        row.code = wanted.code;
        row.starts_at = grant.starts_at;
        row.ends_at = grant.ends_at;
        row.list = model::ListState::listed;
        row.created_at = now;
        edit.rows.push_back(model::put(row));
        for (const auto& id : listed.entrances) edit.rows.push_back(model::put(model::CredentialEntrance{row.id, id, row.workspace}));
        for (const auto& id : listed.doors) edit.rows.push_back(model::put(model::CredentialDoor{row.id, id, row.workspace}));
        edit.rows.push_back(model::put(model::MethodCredential{method.id, row.id, row.workspace}));
    }
    edit.events.push_back(method_event(context, "access_method.created", method));
    if (wanted.mode != model::AccessMethod::code) return;
    const auto takes = [&services = context.services](const auto& id) {
        return reconcile::takes(services.fleet, *services.directory.door(id), model::AccessMethod::code);
    };
    const bool taken = std::any_of(places.all_doors.begin(), places.all_doors.end(), takes);
    edit.events.push_back(method_event(context, taken ? "access_method.issued" : "access_method.failed_to_issue", method));
}

model::Identity inline_identity(const Context& context, const Params& fields)
{
    model::Identity row;
    row.id = {base::random_uuid(context.services.random)};
    row.workspace = context.workspace().row.id;
    row.full_name = fields.find<std::string>("full_name");
    row.email_address = fields.find<std::string>("email_address");
    row.phone_number = fields.find<std::string>("phone_number");
    row.key = fields.find<std::string>("user_identity_key");
    row.created_at = context.services.clock.wall();
    return row;
}

std::optional<Answer> refuse_spaces(const Params& params)
{
    for (const auto* name : {"space_ids", "location_ids"})
        if (!params.list<base::Uuid>(name).empty()) return Answer{base::fail(Fault::not_found, "No such space", "space_not_found")};
    if (!params.list<std::string>("space_keys").empty()) return Answer{base::fail(Fault::not_found, "No such space", "space_not_found")};
    return std::nullopt;
}

Fields person_fields()
{
    return Fields{}
        .nullable("full_name", text(not_blank))
        .nullable("email_address", email())
        .nullable("phone_number", phone())
        .nullable("user_identity_key", text(1));
}

} // namespace

base::Result<GrantPlaces> places_of(const Context& context, const Params& params)
{
    GrantPlaces places;
    const auto& workspace = context.workspace();
    for (const auto& id : ids_of(params, "acs_entrance_ids")) {
        if (workspace.entrances.find(model::EntranceId{id}) == nullptr)
            return base::fail(Fault::not_found, "acs_entrance_ids: no such ACS entrance as " + base::to_string(id),
                              "acs_entrance_not_found");
        places.entrances.insert(model::EntranceId{id});
    }
    for (const auto& id : ids_of(params, "device_ids")) {
        const auto* door = context.services.directory.door(model::DoorId{id});
        if (door == nullptr || door->row.owner != workspace.row.id)
            return base::fail(Fault::not_found, "device_ids: no such device as " + base::to_string(id), "device_not_found");
        places.doors.insert(door->row.id);
    }
    if (places.entrances.empty() && places.doors.empty()) return misfit("acs_entrance_ids", "Give entrances or devices");
    if (places.entrances.size() + places.doors.size() > places_at_most)
        return misfit("acs_entrance_ids", "At most " + std::to_string(places_at_most) + " entrances and devices");
    sort_places(context, places);
    return places;
}

GrantPlaces places_of(const Context& context, const model::GrantNode& grant)
{
    GrantPlaces places;
    for (const auto& link : grant.entrances) places.entrances.insert(link.id);
    for (const auto& link : grant.doors) places.doors.insert(link.id);
    sort_places(context, places);
    return places;
}

asio::awaitable<Planned> plan_grant(Context& context, const Params& params)
{
    const auto now = context.now().instant;
    model::AccessGrant row{.id = {base::random_uuid(context.services.random)}, .workspace = context.workspace().row.id};
    row.key = params.find<std::string>("access_grant_key");
    row.name = params.find<std::string>("name");
    row.reservation_key = params.find<std::string>("reservation_key");
    row.starts_at = params.find<base::Instant>("starts_at").value_or(now);
    row.ends_at = params.find<base::Instant>("ends_at");
    row.created_at = now;
    if (auto wrong = refuse_window(row.starts_at, row.ends_at, now)) co_return std::move(*wrong);
    if (auto wrong = refuse_spaces(params)) co_return std::move(*wrong);
    const auto* fields = params.object("user_identity");
    model::Identity identity;
    if (fields != nullptr) {
        identity = inline_identity(context, *fields);
    } else {
        const auto known = find_identity(context.workspace(), params.get<model::IdentityId>("user_identity_id"));
        if (!known) co_return Answer{known.error()};
        identity = (*known)->row;
    }
    auto places = places_of(context, params);
    if (!places) co_return Answer{places.error()};
    const auto namesakes = co_await namesakes_of(context, identity, *places);
    if (fields == nullptr && context.workspace().identities.find(identity.id) == nullptr) // it may be gone by now
        co_return Answer{base::fail(Fault::not_found, "No such user identity", "user_identity_not_found")};
    auto wanted = wanted_methods(context, params, *places);
    if (auto* refused = std::get_if<Answer>(&wanted)) co_return std::move(*refused);

    PlannedGrant planned{.grant = row.id, .edit = {}};
    auto& edit = planned.edit;
    row.identity = identity.id;
    if (fields != nullptr) {
        edit.rows.push_back(model::put(identity));
        edit.events.push_back(identity_event(context, "gatehouse.user_identity.created", identity.id));
    }
    const auto accounts = make_accounts(context, identity, namesakes, edit);
    edit.rows.push_back(model::put(row));
    for (const auto& id : places->entrances) edit.rows.push_back(model::put(model::GrantEntrance{row.id, id, row.workspace}));
    for (const auto& id : places->doors) edit.rows.push_back(model::put(model::GrantDoor{row.id, id, row.workspace}));
    edit.events.push_back(grant_event(context, "access_grant.created", row));
    for (const auto& one : std::get<std::vector<Wanted>>(wanted)) add_method(context, row, one, *places, accounts, edit);
    co_return std::move(planned);
}

asio::awaitable<Planned> plan_methods(Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    const auto id = params.get<model::AccessGrantId>("access_grant_id");
    const auto found = find_grant(workspace, id);
    if (!found) co_return Answer{found.error()};
    const auto identity = workspace.identities.find((*found)->row.identity)->row;
    const auto before = places_of(context, **found);
    const auto namesakes = co_await namesakes_of(context, identity, before);
    const auto still = find_grant(workspace, id);
    if (!still || (*still)->row.deleting) co_return Answer{base::fail(Fault::not_found, "No such access grant", "access_grant_not_found")};
    const auto places = places_of(context, **still);
    auto wanted = wanted_methods(context, params, places);
    if (auto* refused = std::get_if<Answer>(&wanted)) co_return std::move(*refused);
    PlannedGrant planned{.grant = id, .edit = {}};
    const auto accounts = make_accounts(context, identity, namesakes, planned.edit);
    for (const auto& one : std::get<std::vector<Wanted>>(wanted)) add_method(context, (*still)->row, one, places, accounts, planned.edit);
    const auto methods = (*still)->methods.size() + std::get<std::vector<Wanted>>(wanted).size();
    const auto rows = rows_of(workspace, **still) + planned.edit.rows.size(); // one change is to be able to take it all away
    if (methods > methods_of_grant || rows > model::rows_per_change)
        co_return invalid("requested_access_methods", "The access grant has as many access methods as it can have");
    co_return std::move(planned);
}

Fields requested_method_fields()
{
    return Fields{}
        .required("mode", choice({"code", "card", "mobile_key", "cloud_key"}))
        .optional("code", secret(text(digits, 4, 9)))
        .optional("instant_key_max_use_count", integer(1, 1'000'000));
}

Fields grant_fields()
{
    const auto places = [] {
        return Fields{}.optional("acs_entrance_ids", list(uuid())).optional("device_ids", list(uuid())).optional("name", text());
    };
    return Fields{}
        .optional("user_identity_id", uuid())
        .optional("user_identity", object(person_fields()))
        .optional("access_grant_key", text(1))
        .optional("acs_entrance_ids", list(uuid()))
        .optional("device_ids", list(uuid()))
        .optional("customization_profile_id", uuid())
        .nullable("ends_at", datetime())
        .optional("starts_at", datetime())
        .optional("location", object(places()), {}, "Deprecated.")
        .optional("location_ids", list(uuid()), {}, "Deprecated.")
        .nullable("name", text())
        .required("requested_access_methods", list(object(requested_method_fields()), 0, methods_at_most))
        .optional("reservation_key", text(1))
        .optional("space_ids", list(uuid()))
        .optional("space_keys", list(text(1)));
}

} // namespace gatehouse::http
