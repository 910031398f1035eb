#include "http/endpoints.hpp"
#include "http/grant_changes.hpp"
#include "http/select.hpp"
#include "http/words.hpp"

#include <set>

namespace gatehouse::http {

using namespace api;

namespace {

constexpr std::size_t people_at_most = 1'000;

/// Stops people, or lets them go on: one row a person, all in one change.
base::Result<Edit> set_frozen(const Context& context, const Params& params, bool frozen)
{
    Edit edit;
    std::set<model::IdentityId> seen;
    for (const auto& id : params.list<model::IdentityId>("user_identity_ids")) {
        const auto identity = find_identity(context.workspace(), id);
        if (!identity) return identity.error();
        if ((*identity)->row.frozen == frozen || !seen.insert(id).second) continue;
        auto row = (*identity)->row;
        row.frozen = frozen;
        edit.events.push_back(identity_event(context, frozen ? "gatehouse.user_identity.frozen" : "gatehouse.user_identity.unfrozen", id));
        edit.rows.push_back(model::put(std::move(row)));
    }
    return edit;
}

/// Doors that may still open to somebody who was stopped, and until when: what devices are not yet proven to have given up.
void add_still_open(const Context& context, const model::IdentityNode& identity, json::array& rows)
{
    const auto& directory = context.services.directory;
    for (const auto& id : identity.users) {
        const auto* user = context.workspace().users.find(id);
        for (const auto& row : reconcile::residuals_of(context.services.reconciler, context.workspace().row.id, *user)) {
            const auto* door = directory.door(row.access.door);
            rows.push_back(
                json::object{{"user_identity_id", to_string(identity.row.id)},
                             {"device_id", door == nullptr ? json::value(nullptr) : json::value(to_string(door->row.id))},
                             {"door", door == nullptr ? json::value(nullptr) : json::value(door_name(context.workspace(), *door))},
                             {"acs_credential_id", to_string(row.access.credential)},
                             {"ends_at", row.access.ends_at ? to_json(*row.access.ends_at) : json::value(nullptr)},
                             {"message", describe(directory, row.access, context.now().instant)}});
        }
    }
}

asio::awaitable<Answer> freeze(Context& context, const Params& params)
{
    const auto done = co_await apply(context, set_frozen(context, params, true));
    if (!done) co_return answer_of(done);
    json::array rows;
    for (const auto& id : params.list<model::IdentityId>("user_identity_ids")) {
        const auto identity = find_identity(context.workspace(), id); // it may be gone by now
        if (identity) add_still_open(context, **identity, rows);
        co_await next_turn();
    }
    co_return ok("still_open", std::move(rows));
}

base::Result<Edit> plan_unfreeze(const Context& context, const Params& params)
{
    return set_frozen(context, params, false);
}

Fields people()
{
    return Fields{}.required("user_identity_ids", list(uuid(), 1, people_at_most));
}

} // namespace

std::vector<http::Endpoint> gatehouse_people_endpoints()
{
    return {
        {Route{Policy::api_key, "/gatehouse/user_identities/freeze"}
             .takes(people())
             .returns_list("still_open", "gatehouse_open_door")
             .about("Stops people everywhere, in one change: nothing of theirs opens anything until that is lifted. Answers with the doors "
                    "that may still open to them."),
         freeze},
        {Route{Policy::api_key, "/gatehouse/user_identities/unfreeze"}.takes(people()).about(
             "Lets people go on with what they had; users that were suspended by themselves stay so."),
         mutation(plan_unfreeze)},
    };
}

} // namespace gatehouse::http
