#include "http/aftermath.hpp"
#include "http/endpoints.hpp"
#include "http/resources_site.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"

namespace gatehouse::http {

namespace {

using api::Fields;
using api::ok;
using api::uuid;

base::Result<Edit> set_suspended(const Context& context, const Params& params, bool suspended)
{
    const auto user = select_user(context.workspace(), params);
    if (!user) return user.error();
    const auto& person = (*user)->row.identity;
    if (!suspended && person && context.workspace().identities.find(*person)->row.frozen) return stopped_everywhere();
    Edit edit;
    suspend(context, **user, suspended, edit);
    return edit;
}

/// What is left to them goes with the answer.
asio::awaitable<Answer> suspend_user(Context& context, const Params& params)
{
    const auto user = select_user(context.workspace(), params);
    const auto id = user ? (*user)->row.id : model::UserId{};
    auto edit = set_suspended(context, params, true);
    const auto done = co_await apply(context, std::move(edit));
    if (!done) co_return answer_of(done);
    std::set<model::UserId> users{id};
    auto answer = co_await after_suspension(context, std::move(users));
    co_return answer;
}

base::Result<Edit> unsuspend_user(const Context& context, const Params& params)
{
    return set_suspended(context, params, false);
}

base::Result<Edit> revoke_all(const Context& context, const Params& params)
{
    const auto user = select_user(context.workspace(), params);
    if (!user) return user.error();
    Edit edit;
    revoke_all_entrances(context, **user, edit);
    return edit;
}

base::Result<Edit> plan_addition_to_group(const Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    const auto user = find_user(workspace, params.get<model::UserId>("acs_user_id"));
    if (!user) return user.error();
    const auto group = find_group(workspace, params.get<model::GroupId>("acs_access_group_id"));
    if (!group) return group.error();
    if ((*group)->row.system != (*user)->row.system)
        return api::misfit("acs_access_group_id", "The access group belongs to another system");
    Edit edit;
    set_membership(context, **user, (*group)->row.id, true, edit);
    return edit;
}

asio::awaitable<Answer> list_entrances(Context& context, const Params& params)
{
    const auto user = select_user(context.workspace(), params);
    if (!user) co_return user.error();
    std::vector<model::EntranceId> ids;
    accessible_entrances(context.workspace(), **user, ids);
    auto render = [&context](const model::EntranceNode& node) { return acs_entrance_json(context, node); };
    auto rows = co_await render_all(context.workspace().entrances, std::move(ids), std::move(render));
    co_return ok("acs_entrances", std::move(rows));
}

} // namespace

base::Result<Edit> plan_removal_from_group(const Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    const auto group = find_group(workspace, params.get<model::GroupId>("acs_access_group_id"));
    if (!group) return group.error();
    Edit edit;
    if (const auto id = params.find<model::UserId>("acs_user_id")) {
        const auto user = find_user(workspace, *id);
        if (!user) return user.error();
        set_membership(context, **user, (*group)->row.id, false, edit);
        return edit;
    }
    const auto identity = find_identity(workspace, params.get<model::IdentityId>("user_identity_id"));
    if (!identity) return identity.error();
    for (const auto& id : (*identity)->users) set_membership(context, *workspace.users.find(id), (*group)->row.id, false, edit);
    return edit;
}

std::vector<http::Endpoint> acs_user_access_endpoints()
{
    return {
        {selects_user(Route{Policy::api_key, "/acs/users/suspend"})
             .returns("gatehouse", "gatehouse_suspension")
             .about(
                 "Extension: answers with the doors that may still open to the user, and those the person opens by other users of theirs."),
         suspend_user},
        {selects_user(Route{Policy::api_key, "/acs/users/unsuspend"}), mutation(unsuspend_user)},
        {selects_user(Route{Policy::api_key, "/acs/users/revoke_access_to_all_entrances"})
             .about("Ends memberships and direct grants and empties lists; device grants belong to the identity and stay."),
         mutation(revoke_all)},
        {Route{Policy::api_key, "/acs/users/add_to_access_group"}.on(Verb::put).takes(
             Fields{}.required("acs_user_id", uuid()).required("acs_access_group_id", uuid())),
         mutation(plan_addition_to_group)},
        {names_person(Route{Policy::api_key, "/acs/users/remove_from_access_group"}.on(Verb::del),
                      Fields{}.required("acs_access_group_id", uuid())),
         mutation(plan_removal_from_group)},
        {selects_user(Route{Policy::api_key, "/acs/users/list_accessible_entrances"}.on(Verb::get))
             .returns_list("acs_entrances", "acs_entrance"),
         list_entrances},
    };
}

} // namespace gatehouse::http
