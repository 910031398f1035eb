#include "http/endpoints.hpp"
#include "http/resources_people.hpp"
#include "http/resources_site.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"

#include <algorithm>

namespace gatehouse::http {

using namespace api;

namespace {

base::Result<const model::GroupNode*> named_group(const Context& context, const Params& params)
{
    const auto* group = context.workspace().groups.find(params.get<model::GroupId>("acs_access_group_id"));
    if (group == nullptr) return base::fail(base::Fault::not_found, "No such ACS access group", "acs_access_group_not_found");
    return group;
}

bool belongs(const model::UserNode& user, const model::GroupId& group)
{
    return std::any_of(user.groups.begin(), user.groups.end(), [&group](const auto& link) { return link.id == group; });
}

asio::awaitable<Answer> get_group(Context& context, const Params& params)
{
    const auto group = named_group(context, params);
    if (!group) co_return group.error();
    co_return ok("acs_access_group", acs_access_group_json(context, **group));
}

asio::awaitable<Answer> list_groups(Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    const auto system = params.find<model::SystemId>("acs_system_id");
    const auto user = params.find<model::UserId>("acs_user_id");
    const auto identity = params.find<model::IdentityId>("user_identity_id");
    const Search search{params.find<std::string>("search")};
    const auto of_identity = [&workspace, &identity](const model::GroupId& group) {
        const auto* node = workspace.identities.find(*identity);
        return node != nullptr && std::any_of(node->users.begin(), node->users.end(), [&workspace, &group](const model::UserId& id) {
                   return belongs(*workspace.users.find(id), group);
               });
    };
    json::array rows;
    auto visit = [&context, &workspace, &system, &user, &identity, &search, &of_identity, &rows](const model::GroupNode& group) {
        if (system && group.row.system != *system) return Visited::cheap;
        const auto* member = user ? workspace.users.find(*user) : nullptr;
        if (user && (member == nullptr || !belongs(*member, group.row.id))) return Visited::cheap;
        if (identity && !of_identity(group.row.id)) return Visited::cheap;
        if (!search.in(group.row.name) && !search.in(group.row.id)) return Visited::cheap;
        rows.push_back(acs_access_group_json(context, group));
        return Visited::dear;
    };
    const std::optional<model::Position> from_the_start;
    co_await walk(workspace.groups, from_the_start, visit);
    co_return ok("acs_access_groups", json::value(std::move(rows)));
}

asio::awaitable<Answer> list_group_users(Context& context, const Params& params)
{
    const auto group = named_group(context, params);
    if (!group) co_return group.error();
    std::vector<model::UserId> members{(*group)->members.begin(), (*group)->members.end()};
    const auto render = [&context](const model::UserNode& user) { return acs_user_json(context, user); };
    auto rows = co_await render_all(context.workspace().users, std::move(members), render);
    co_return ok("acs_users", json::value(std::move(rows)));
}

asio::awaitable<Answer> list_accessible_entrances(Context& context, const Params& params)
{
    const auto group = named_group(context, params);
    if (!group) co_return group.error();
    std::vector<model::EntranceId> ids;
    for (const auto& path : (*group)->entrances) ids.push_back(path.entrance);
    const auto render = [&context](const model::EntranceNode& entrance) { return acs_entrance_json(context, entrance); };
    auto rows = co_await render_all(context.workspace().entrances, std::move(ids), render);
    co_return ok("acs_entrances", json::value(std::move(rows)));
}

/// Adds the membership to an edit, unless it stands.
base::Result<Edit> joined(const Context& context, const model::UserId& id, const model::GroupNode& group, Edit edit)
{
    const auto& workspace = context.workspace();
    const auto* user = workspace.users.find(id);
    if (user != nullptr && user->row.system != group.row.system)
        return misfit("acs_access_group_id", "The access group belongs to another system");
    if (user != nullptr && belongs(*user, group.row.id)) return edit;
    edit.rows.push_back(model::put(model::Membership{id, group.row.id, workspace.row.id}));
    edit.events.push_back(context.event("gatehouse.acs_access_group.user_added",
                                        {{"acs_access_group_id", to_string(group.row.id)}, {"acs_user_id", to_string(id)}},
                                        {group.row.id.value, id.value}));
    return edit;
}

/// By identity, the account in the group's system is linked or made first.
asio::awaitable<base::Result<Edit>> plan_join(Context& context, const Params& params)
{
    const auto group = named_group(context, params);
    if (!group) co_return group.error();
    const auto group_id = (*group)->row.id;
    const auto system = (*group)->row.system;
    if (const auto id = params.find<model::UserId>("acs_user_id")) {
        const auto user = find_user(context.workspace(), *id);
        if (!user) co_return user.error();
        co_return joined(context, *id, **group, {});
    }
    auto account = co_await account_of(context, params.get<model::IdentityId>("user_identity_id"), system);
    if (!account) co_return account.error();
    const auto* still = context.workspace().groups.find(group_id);
    if (still == nullptr) co_return base::fail(base::Fault::not_found, "No such ACS access group", "acs_access_group_not_found");
    co_return joined(context, account->user, *still, std::move(account->edit));
}

asio::awaitable<Answer> add_user_to_group(Context& context, const Params& params)
{
    auto edit = co_await plan_join(context, params);
    const auto done = co_await apply(context, std::move(edit));
    co_return answer_of(done);
}

base::Result<Edit> plan_remove(const Context& context, const Params& params)
{
    const auto group = named_group(context, params);
    if (!group) return group.error();
    const auto& workspace = context.workspace();
    const auto& id = (*group)->row.id;
    std::vector<model::UserId> users;
    if (const auto user = params.find<model::UserId>("acs_user_id")) {
        if (const auto found = find_user(workspace, *user); !found) return found.error();
        users.push_back(*user);
    } else {
        const auto identity = find_identity(workspace, params.get<model::IdentityId>("user_identity_id"));
        if (!identity) return identity.error();
        users.assign((*identity)->users.begin(), (*identity)->users.end());
    }
    Edit edit;
    for (const auto& user : users) {
        if (!belongs(*workspace.users.find(user), id)) continue;
        edit.rows.push_back(model::erase(model::Membership{user, id, workspace.row.id}));
        edit.events.push_back(context.event("gatehouse.acs_access_group.user_removed",
                                            {{"acs_access_group_id", to_string(id)}, {"acs_user_id", to_string(user)}},
                                            {id.value, user.value}));
    }
    return edit;
}

asio::awaitable<Answer> refuse_delete(Context& context, const Params& params)
{
    const auto settled = co_await context.settle();
    if (!settled) co_return settled.error();
    const auto group = named_group(context, params);
    if (!group) co_return group.error();
    co_return base::fail(base::Fault::invalid, "Access groups are declared in the configuration file", "not_supported");
}

Fields group_id()
{
    return Fields{}.required("acs_access_group_id", uuid());
}

} // namespace

std::vector<http::Endpoint> acs_access_group_endpoints()
{
    return {
        {Route{Policy::api_key, "/acs/access_groups/get"}.on(Verb::get).takes(group_id()).returns("acs_access_group", "acs_access_group"),
         get_group},
        {Route{Policy::api_key, "/acs/access_groups/list"}
             .on(Verb::get)
             .takes(Fields{}
                        .optional("acs_system_id", uuid())
                        .optional("acs_user_id", uuid())
                        .optional("search", text(1))
                        .optional("user_identity_id", uuid()))
             .returns_list("acs_access_groups", "acs_access_group"),
         list_groups},
        {Route{Policy::api_key, "/acs/access_groups/list_users"}.on(Verb::get).takes(group_id()).returns_list("acs_users", "acs_user"),
         list_group_users},
        {Route{Policy::api_key, "/acs/access_groups/list_accessible_entrances"}
             .on(Verb::get)
             .takes(group_id())
             .returns_list("acs_entrances", "acs_entrance"),
         list_accessible_entrances},
        {names_person(Route{Policy::api_key, "/acs/access_groups/add_user"}.on(Verb::put), group_id()), add_user_to_group},
        {names_person(Route{Policy::api_key, "/acs/access_groups/remove_user"}.on(Verb::del), group_id()), mutation(plan_remove)},
        {Route{Policy::api_key, "/acs/access_groups/delete"}.on(Verb::del).takes(group_id()), refuse_delete},
    };
}

} // namespace gatehouse::http
