#include "http/aftermath.hpp"
#include "http/endpoints.hpp"
#include "http/grant_changes.hpp"
#include "http/select.hpp"

#include <set>
#include <utility>

namespace gatehouse::http {

using namespace api;

namespace {

constexpr std::size_t people_at_most = 1'000;

/// Which of a list was not found: one wrong id of a thousand stops the whole change.
base::Error of_list(base::Error error, std::string_view list, const std::string& id)
{
    error.detail = std::string{list} + ": " + error.detail + " as " + id;
    return error;
}

/// Who is named, by themselves or by a user of theirs; each once.
base::Result<std::set<model::IdentityId>> named_people(const Context& context, const Params& params)
{
    std::set<model::IdentityId> named;
    for (const auto& id : params.list<model::IdentityId>("user_identity_ids")) {
        const auto identity = find_identity(context.workspace(), id);
        if (!identity) return of_list(identity.error(), "user_identity_ids", to_string(id));
        named.insert(id);
    }
    for (const auto& id : params.list<model::UserId>("acs_user_ids")) {
        const auto user = find_user(context.workspace(), id);
        if (!user) return of_list(user.error(), "acs_user_ids", to_string(id));
        if (!(*user)->row.identity)
            return base::fail(base::Fault::invalid,
                              "acs_user_ids: " + to_string(id) +
                                  " belongs to no user identity, and opens by this user alone: /gatehouse/acs_users/suspend stops it");
        named.insert(*(*user)->row.identity);
    }
    return named;
}

/// Stops people, or lets them go on: one row a person, all in one change.
base::Result<Edit> set_frozen(const Context& context, const Params& params, bool frozen)
{
    const auto people = named_people(context, params);
    if (!people) return people.error();
    Edit edit;
    for (const auto& id : *people) {
        auto row = context.workspace().identities.find(id)->row;
        if (std::exchange(row.frozen, frozen) == frozen) continue;
        row.frozen_at = frozen ? std::optional{context.now().instant} : std::nullopt;
        edit.events.push_back(identity_event(context, frozen ? "gatehouse.user_identity.frozen" : "gatehouse.user_identity.unfrozen", id));
        edit.rows.push_back(model::put(std::move(row)));
    }
    return edit;
}

asio::awaitable<Answer> freeze(Context& context, const Params& params)
{
    const auto people = named_people(context, params);
    const auto done = co_await apply(context, set_frozen(context, params, true));
    if (!done) co_return answer_of(done);
    json::array rows;
    for (const auto& id : *people) {
        const auto identity = find_identity(context.workspace(), id); // it may be gone by now
        if (identity)
            for (auto& row : still_open(context, **identity)) rows.push_back(std::move(row));
        co_await next_turn();
    }
    co_return ok("still_open", std::move(rows));
}

base::Result<Edit> plan_unfreeze(const Context& context, const Params& params)
{
    return set_frozen(context, params, false);
}

/// Stops users, or lets them go on: all in one change.
base::Result<Edit> freeze_people(const Context& context, const Params& params, bool suspended)
{
    const auto& workspace = context.workspace();
    Edit edit;
    std::set<model::UserId> seen;
    for (const auto& id : params.list<model::UserId>("acs_user_ids")) {
        const auto user = find_user(workspace, id);
        if (!user) return of_list(user.error(), "acs_user_ids", to_string(id));
        const auto& person = (*user)->row.identity;
        if (!suspended && person && workspace.identities.find(*person)->row.frozen) return stopped_everywhere();
        if (seen.insert(id).second) suspend(context, **user, suspended, edit);
    }
    return edit;
}

asio::awaitable<Answer> suspend_users(Context& context, const Params& params)
{
    auto edit = freeze_people(context, params, true);
    const auto done = co_await apply(context, std::move(edit));
    if (!done) co_return answer_of(done);
    const auto ids = params.list<model::UserId>("acs_user_ids");
    std::set<model::UserId> users{ids.begin(), ids.end()};
    auto answer = co_await after_suspension(context, std::move(users));
    co_return answer;
}

base::Result<Edit> plan_unsuspend(const Context& context, const Params& params)
{
    return freeze_people(context, params, false);
}

Fields users()
{
    return Fields{}.required("acs_user_ids", list(uuid(), 1, people_at_most));
}

Fields people()
{
    return Fields{}
        .optional("user_identity_ids", list(uuid(), 1, people_at_most))
        .optional("acs_user_ids", list(uuid(), 1, people_at_most), {}, "users whose people are meant, with all their other users");
}

} // namespace

std::vector<http::Endpoint> gatehouse_people_endpoints()
{
    return {
        {Route{Policy::api_key, "/gatehouse/user_identities/freeze"}
             .takes(people())
             .at_least_one({"user_identity_ids", "acs_user_ids"})
             .returns_list("still_open", "gatehouse_open_door")
             .about("Stops people everywhere, in one change: nothing of theirs opens anything until that is lifted. Answers with the doors "
                    "that may still open to them."),
         freeze},
        {Route{Policy::api_key, "/gatehouse/user_identities/unfreeze"}
             .takes(people())
             .at_least_one({"user_identity_ids", "acs_user_ids"})
             .about("Lets people go on with what they had; users that were suspended by themselves stay so."),
         mutation(plan_unfreeze)},
        {Route{Policy::api_key, "/gatehouse/acs_users/suspend"}
             .takes(users())
             .returns("gatehouse", "gatehouse_suspension")
             .about("Suspends users, in one change that takes effect as one. Answers with the doors that may still open to them, and those "
                    "that their persons open by other users of theirs."),
         suspend_users},
        {Route{Policy::api_key, "/gatehouse/acs_users/unsuspend"}.takes(users()).about("Lets users go on with what they had."),
         mutation(plan_unsuspend)},
    };
}

} // namespace gatehouse::http
