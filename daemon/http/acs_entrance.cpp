#include "http/endpoints.hpp"
#include "http/resources_credential.hpp"
#include "http/resources_site.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"
#include "model/candidates.hpp"

#include <algorithm>
#include <set>

namespace gatehouse::http {

using namespace api;

namespace {

base::Result<const model::EntranceNode*> find_entrance(const Context& context, const Params& params)
{
    const auto* entrance = context.workspace().entrances.find(params.get<model::EntranceId>("acs_entrance_id"));
    if (entrance == nullptr) return base::fail(base::Fault::not_found, "No such ACS entrance", "acs_entrance_not_found");
    return entrance;
}

asio::awaitable<Answer> get_entrance(Context& context, const Params& params)
{
    const auto entrance = find_entrance(context, params);
    if (!entrance) co_return entrance.error();
    co_return ok("acs_entrance", acs_entrance_json(context, **entrance));
}

/// Entrances a credential opens, when the request asks for one.
std::optional<std::set<model::EntranceId>> of_credential(const Context& context, const Params& params)
{
    const auto id = params.find<model::CredentialId>("acs_credential_id");
    if (!id) return std::nullopt;
    std::set<model::EntranceId> found;
    const auto* credential = context.workspace().credentials.find(*id);
    if (credential != nullptr)
        for (const auto* entrance : model::reachable(context.workspace(), *credential)) found.insert(entrance->row.id);
    return found;
}

asio::awaitable<Answer> list_all_entrances(Context& context, const Params& params)
{
    const auto system = params.find<model::SystemId>("acs_system_id");
    const auto opened = of_credential(context, params);
    const auto account = params.find<base::Uuid>("connected_account_id");
    const Search search{params.find<std::string>("search")};
    std::optional<std::set<model::EntranceId>> ids;
    if (params.has("acs_entrance_ids")) {
        const auto wanted = params.list<model::EntranceId>("acs_entrance_ids");
        ids.emplace(wanted.begin(), wanted.end());
    }
    const bool none = (account && *account != connected_account_id(context.workspace().row)) || params.has("customer_key") ||
                      params.has("space_id") || params.has("location_id");
    const auto wanted = [system, opened, search, ids, none](const model::EntranceNode& entrance) {
        if (none || (system && entrance.row.system != *system)) return false;
        if (opened && !opened->contains(entrance.row.id)) return false;
        if (ids && !ids->contains(entrance.row.id)) return false;
        return search.in(entrance.row.name) || search.in(entrance.row.id);
    };
    const auto render = [&context](const model::EntranceNode& entrance) { return acs_entrance_json(context, entrance); };
    PageOf gathered{params, wanted, render};
    const auto after = gathered.after();
    co_await walk(context.workspace().entrances, after, gathered);
    co_return gathered.answer("acs_entrances");
}

asio::awaitable<Answer> list_credentials_with_access(Context& context, const Params& params)
{
    const auto entrance = find_entrance(context, params);
    if (!entrance) co_return entrance.error();
    const auto& workspace = context.workspace();
    const auto id = (*entrance)->row.id;
    const auto door = (*entrance)->row.door;
    const auto& directory = context.services.directory;
    std::vector<model::CredentialId> ids;
    model::Candidates candidates{directory, {&door, 1}};
    for (bool more = true; more;) {
        std::vector<model::Candidate> found;
        more = candidates.step(directory, turn_budget / 4, found);
        for (const auto& candidate : found) {
            if (candidate.workspace != &workspace) continue;
            const auto reach = model::reachable(workspace, *candidate.credential);
            if (std::any_of(reach.begin(), reach.end(), [&id](const auto* node) { return node->row.id == id; }))
                ids.push_back(candidate.credential->row.id);
        }
        if (more) co_await next_turn();
    }
    const auto render = [&context](const model::CredentialNode& credential) { return acs_credential_json(context, credential); };
    auto rows = co_await render_all(workspace.credentials, std::move(ids), render);
    co_return ok("acs_credentials", json::value(std::move(rows)));
}

/// Adds the direct grant to an edit, unless it stands.
base::Result<Edit> granted(const Context& context, const model::UserId& id, const model::EntranceNode& entrance, Edit edit)
{
    const auto& workspace = context.workspace();
    const auto* user = workspace.users.find(id);
    if (user != nullptr && user->row.system != entrance.row.system)
        return misfit("acs_entrance_id", "The entrance belongs to another system");
    if (user != nullptr)
        for (const auto& direct : user->direct)
            if (direct.id == entrance.row.id) return edit;
    edit.rows.push_back(model::put(model::DirectGrant{id, entrance.row.id, workspace.row.id}));
    edit.events.push_back(context.event("gatehouse.acs_entrance.access_granted",
                                        {{"acs_entrance_id", to_string(entrance.row.id)}, {"acs_user_id", to_string(id)}},
                                        {entrance.row.id.value, id.value}));
    return edit;
}

asio::awaitable<base::Result<Edit>> plan_direct_grant(Context& context, const Params& params)
{
    const auto entrance = find_entrance(context, params);
    if (!entrance) co_return entrance.error();
    const auto entrance_id = (*entrance)->row.id;
    const auto system = (*entrance)->row.system;
    if (const auto id = params.find<model::UserId>("acs_user_id")) {
        const auto user = find_user(context.workspace(), *id);
        if (!user) co_return user.error();
        co_return granted(context, *id, **entrance, {});
    }
    auto account = co_await account_of(context, params.get<model::IdentityId>("user_identity_id"), system);
    if (!account) co_return account.error();
    const auto* still = context.workspace().entrances.find(entrance_id);
    if (still == nullptr) co_return base::fail(base::Fault::not_found, "No such ACS entrance", "acs_entrance_not_found");
    co_return granted(context, account->user, *still, std::move(account->edit));
}

asio::awaitable<Answer> grant_access(Context& context, const Params& params)
{
    auto edit = co_await plan_direct_grant(context, params);
    const auto done = co_await apply(context, std::move(edit));
    co_return answer_of(done);
}

Fields entrance_id()
{
    return Fields{}.required("acs_entrance_id", uuid());
}

} // namespace

std::vector<http::Endpoint> acs_entrance_endpoints()
{
    return {
        {Route{Policy::api_key, "/acs/entrances/get"}.on(Verb::get).takes(entrance_id()).returns("acs_entrance", "acs_entrance"),
         get_entrance},
        {Route{Policy::api_key, "/acs/entrances/list"}
             .on(Verb::get)
             .takes(Fields{}
                        .optional("acs_credential_id", uuid())
                        .optional("acs_entrance_ids", list(uuid()))
                        .optional("acs_system_id", uuid())
                        .optional("connected_account_id", uuid())
                        .optional("customer_key", text())
                        .nullable("location_id", uuid())
                        .optional("search", text(1))
                        .optional("space_id", uuid()))
             .returns_page("acs_entrances", "acs_entrance", 900),
         list_all_entrances},
        {Route{Policy::api_key, "/acs/entrances/list_credentials_with_access"}
             .on(Verb::get)
             .takes(Fields{}.required("acs_entrance_id", uuid()).optional("include_if", list(choice({"visionline_metadata.is_valid"}))))
             .returns_list("acs_credentials", "acs_credential"),
         list_credentials_with_access},
        {names_person(Route{Policy::api_key, "/acs/entrances/grant_access"}, entrance_id()), grant_access},
    };
}

} // namespace gatehouse::http
