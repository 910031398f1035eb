#include "http/endpoints.hpp"
#include "http/resources_people.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"

#include <set>

namespace gatehouse::http {

namespace {

using api::boolean;
using api::datetime;
using api::email;
using api::Fields;
using api::list;
using api::ok;
using api::phone;
using api::refuse;
using api::text;
using api::uuid;
using base::Fault;

constexpr std::size_t ids_told = 100;

Fields profile()
{
    return Fields{}
        .nullable("full_name", text(api::not_blank))
        .nullable("email_address", email())
        .nullable("phone_number", phone())
        .nullable("user_identity_key", text(1));
}

/// Brings what the parameters say into the row; the names of the fields that changed, joined.
std::string update_profile(const Params& params, model::Identity& row)
{
    std::string changed;
    const auto apply = [&params, &changed](std::string_view name, model::Text& field) {
        if (params.patch<std::string>(name).apply(field)) changed.append(changed.empty() ? "" : ",").append(name);
    };
    apply("full_name", row.full_name);
    apply("email_address", row.email_address);
    apply("phone_number", row.phone_number);
    apply("user_identity_key", row.key);
    return changed;
}

/// The accounts a new identity shall have, each with the user it may take over.
using IdentityNamesakes = std::vector<std::pair<model::SystemId, std::optional<model::UserId>>>;

base::Result<Edit> identity_creation(const Context& context, model::Identity row, const IdentityNamesakes& accounts)
{
    const auto missing = [&context](const auto& account) { return context.workspace().systems.find(account.first) == nullptr; };
    if (std::any_of(accounts.begin(), accounts.end(), missing))
        return base::fail(Fault::not_found, "No such ACS system", "acs_system_not_found");
    Edit edit;
    edit.rows.push_back(model::put(row));
    edit.events.push_back(identity_event(context, "gatehouse.user_identity.created", row.id));
    for (const auto& [system, namesake] : accounts) {
        auto account = make_account(context, row, system, namesake);
        std::move(account.edit.rows.begin(), account.edit.rows.end(), std::back_inserter(edit.rows));
        std::move(account.edit.events.begin(), account.edit.events.end(), std::back_inserter(edit.events));
    }
    return edit;
}

asio::awaitable<Answer> create_identity(Context& context, const Params& params)
{
    model::Identity row;
    row.id = {base::random_uuid(context.services.random)};
    row.workspace = context.workspace().row.id;
    row.created_at = context.services.clock.wall();
    update_profile(params, row);
    IdentityNamesakes accounts;
    std::set<model::SystemId> seen;
    for (const auto& system : params.list<model::SystemId>("acs_system_ids")) {
        if (!seen.insert(system).second) continue;
        std::optional<model::UserId> namesake;
        if (context.workspace().systems.find(system) != nullptr)
            namesake = co_await find_namesake(context, system, row.email_address, row.phone_number);
        accounts.emplace_back(system, namesake);
    }
    auto edit = identity_creation(context, row, accounts);
    const auto done = co_await apply(context, std::move(edit));
    if (!done) co_return answer_of(done);
    const auto made = find_identity(context.workspace(), row.id);
    if (!made) co_return made.error();
    co_return ok("user_identity", user_identity_json(context, **made));
}

asio::awaitable<Answer> get_identity(Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    auto id = params.find<model::IdentityId>("user_identity_id");
    if (const auto key = params.find<std::string>("user_identity_key")) {
        const auto named = workspace.identity_by_key.find(*key);
        id = named == workspace.identity_by_key.end() ? model::IdentityId{} : named->second;
    }
    const auto found = find_identity(workspace, *id);
    if (!found) co_return found.error();
    co_return ok("user_identity", user_identity_json(context, **found));
}

struct WantedIdentity {
    const model::Workspace& workspace;
    std::optional<base::Instant> created_before;
    std::optional<model::SystemId> system;
    Search search;

    bool operator()(const model::IdentityNode& node) const
    {
        const auto& row = node.row;
        if (created_before && row.created_at >= *created_before) return false;
        const auto in_system = [this](const model::UserId& id) { return workspace.users.find(id)->row.system == *system; };
        if (system && std::none_of(node.users.begin(), node.users.end(), in_system)) return false;
        return search.empty() || search.in(row.full_name) || search.in(row.email_address) || search.in(row.phone_number) ||
               search.in(row.id);
    }
};

asio::awaitable<Answer> list_identities(Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    WantedIdentity wanted{workspace, params.find<base::Instant>("created_before"),
                          params.find<model::SystemId>("credential_manager_acs_system_id"), Search{params.find<std::string>("search")}};
    const auto render = [&context](const model::IdentityNode& node) { return user_identity_json(context, node); };
    PageOf rows{params, std::move(wanted), render};
    if (params.has("user_identity_ids")) {
        auto ids = params.list<model::IdentityId>("user_identity_ids");
        co_await walk(workspace.identities, std::move(ids), rows.after(), rows);
    } else {
        co_await walk(workspace.identities, rows.after(), rows);
    }
    co_return rows.answer("user_identities");
}

base::Result<Edit> update_identity(const Context& context, const Params& params)
{
    const auto found = find_identity(context.workspace(), params.get<model::IdentityId>("user_identity_id"));
    if (!found) return found.error();
    auto row = (*found)->row;
    const auto changed = update_profile(params, row);
    Edit edit;
    if (changed.empty()) return edit;
    edit.rows.push_back(model::put(row));
    edit.events.push_back(identity_event(context, "gatehouse.user_identity.updated", row.id, {{"changed", changed}}));
    return edit;
}

bool cascades(const Context& context, const Params& params)
{
    return params.find<bool>("cascade").value_or(context.services.delete_cascades);
}

/// The credentials of all its users, as many as an answer should name.
json::array credentials_of(const model::Workspace& workspace, const model::IdentityNode& identity)
{
    json::array ids;
    for (const auto& user : identity.users)
        for (const auto& credential : workspace.users.find(user)->credentials)
            if (ids.size() < ids_told) ids.emplace_back(to_string(credential));
    return ids;
}

base::Result<Edit> identity_deletion(const Context& context, const Params& params)
{
    const auto found = find_identity(context.workspace(), params.get<model::IdentityId>("user_identity_id"));
    if (!found) return found.error();
    const bool with_users = cascades(context, params);
    if (!with_users && !credentials_of(context.workspace(), **found).empty())
        return base::fail(Fault::conflict, "The user identity still has credentials", "user_identity_in_use");
    Edit edit;
    erase_identity(context, **found, with_users, edit);
    return edit;
}

asio::awaitable<Answer> delete_identity(Context& context, const Params& params)
{
    Plan plan = identity_deletion;
    const auto done = co_await carry_out(context, params, std::move(plan));
    if (done || done.error().code != "user_identity_in_use") co_return answer_of(done);
    json::object remains;
    const auto found = find_identity(context.workspace(), params.get<model::IdentityId>("user_identity_id"));
    remains["acs_credential_ids"] = found ? credentials_of(context.workspace(), **found) : json::array{};
    co_return refuse(done.error(), std::move(remains));
}

} // namespace

std::vector<http::Endpoint> user_identity_endpoints()
{
    return {
        {Route{Policy::api_key, "/user_identities/create"}
             .takes(profile().optional("acs_system_ids", list(uuid()), {}, "Systems in which the identity gets an ACS user."))
             .returns("user_identity", "user_identity"),
         create_identity},
        {Route{Policy::api_key, "/user_identities/get"}
             .on(Verb::get)
             .takes(Fields{}.optional("user_identity_id", uuid()).optional("user_identity_key", text(1)))
             .exactly_one({"user_identity_id", "user_identity_key"})
             .returns("user_identity", "user_identity"),
         get_identity},
        {Route{Policy::api_key, "/user_identities/list"}
             .on(Verb::get)
             .takes(Fields{}
                        .optional("search", text())
                        .optional("created_before", datetime())
                        .optional("user_identity_ids", list(uuid()))
                        .optional("credential_manager_acs_system_id", uuid(), {}, "Those with an ACS user in this system."))
             .returns_page("user_identities", "user_identity"),
         list_identities},
        {Route{Policy::api_key, "/user_identities/update"}.on(Verb::patch).takes(profile().required("user_identity_id", uuid())),
         mutation(update_identity)},
        {Route{Policy::api_key, "/user_identities/delete"}
             .on(Verb::del)
             .takes(Fields{}
                        .required("user_identity_id", uuid())
                        .optional("cascade", boolean(), {}, "Extension: delete its ACS users and credentials as well."))
             .about("Refused while credentials remain, unless it cascades."),
         delete_identity},
    };
}

} // namespace gatehouse::http
