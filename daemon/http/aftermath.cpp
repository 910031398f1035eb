#include "http/aftermath.hpp"

#include "http/words.hpp"
#include "model/second_factor.hpp"

#include <algorithm>
#include <set>

namespace gatehouse::http {

namespace {

json::value door_id(const model::DoorNode* door)
{
    return door == nullptr ? json::value(nullptr) : json::value(to_string(door->row.id));
}

json::value door_text(const Context& context, const model::DoorNode* door)
{
    return door == nullptr ? json::value(nullptr) : json::value(door_name(context.workspace(), *door));
}

/// Doors any way leads the credential to, open or not.
std::set<model::DoorId> doors_of(const model::Workspace& workspace, const model::CredentialNode& credential,
                                 const model::IdentityNode& person)
{
    std::set<model::DoorId> doors;
    for (const auto* entrance : model::reachable(workspace, credential)) doors.insert(entrance->row.door);
    for (const auto& listed : credential.doors) doors.insert(listed.id);
    if (credential.row.list == model::ListState::follows_user)
        for (const auto& granted : person.doors) doors.insert(granted.id);
    return doors;
}

void add_ways(const Context& context, const model::CredentialNode& credential, const model::IdentityNode& person, json::array& rows)
{
    const auto& workspace = context.workspace();
    for (const auto& id : doors_of(workspace, credential, person)) {
        const auto& door = *context.services.directory.door(id);
        const auto now = context.now();
        const auto opening = model::with_own_code(model::opens(workspace, credential, door, now), workspace, credential, door, now);
        if (!opening.interval || (!opening.open && stopped(opening.reason))) continue;
        const auto& [from, until] = *opening.interval;
        rows.push_back(json::object{{"device_id", door_id(&door)},
                                    {"door", door_text(context, &door)},
                                    {"acs_user_id", to_string(*credential.row.user)},
                                    {"acs_credential_id", to_string(credential.row.id)},
                                    {"opens", opening.open},
                                    {"from", from == base::no_start ? json::value(nullptr) : api::to_json(from)},
                                    {"until", until == base::no_end ? json::value(nullptr) : api::to_json(until)}});
    }
}

json::object open_door(const Context& context, const reconcile::ResidualRow& row)
{
    const auto& directory = context.services.directory;
    const auto* door = directory.door(row.access.door);
    return {{"device_id", door_id(door)},
            {"door", door_text(context, door)},
            {"acs_credential_id", to_string(row.access.credential)},
            {"ends_at", row.access.ends_at ? api::to_json(*row.access.ends_at) : json::value(nullptr)},
            {"message", describe(directory, row.access, context.now().instant)}};
}

} // namespace

json::array still_open(const Context& context, const model::UserNode& user)
{
    json::array rows;
    for (const auto& row : reconcile::residuals_of(context.services.reconciler, context.workspace().row.id, user)) {
        auto shown = open_door(context, row);
        shown["acs_user_id"] = to_string(user.row.id);
        rows.push_back(std::move(shown));
    }
    return rows;
}

json::array still_open(const Context& context, const model::IdentityNode& person)
{
    json::array rows;
    const auto add = [&context, &person, &rows](const reconcile::ResidualRow& row) {
        auto shown = open_door(context, row);
        shown["user_identity_id"] = to_string(person.row.id);
        rows.push_back(std::move(shown));
    };
    const auto& workspace = context.workspace();
    const auto& reconciler = context.services.reconciler;
    for (const auto& id : person.users)
        for (const auto& row : reconcile::residuals_of(reconciler, workspace.row.id, *workspace.users.find(id))) add(row);
    for (const auto& row : reconcile::residuals_of_gone(reconciler, workspace, person.row.id)) add(row);
    return rows;
}

json::array still_open_at(const Context& context, const model::DoorId& door, const std::optional<model::UserId>& user,
                          const std::optional<model::IdentityId>& person)
{
    const auto& workspace = context.workspace();
    json::array open, here;
    if (user)
        open = still_open(context, *workspace.users.find(*user));
    else if (person)
        open = still_open(context, *workspace.identities.find(*person));
    for (auto& row : open)
        if (row.at("device_id") == json::value(to_string(door))) here.push_back(std::move(row));
    return here;
}

json::array other_ways(const Context& context, const model::UserNode& user)
{
    const auto& workspace = context.workspace();
    json::array rows;
    const auto* person = user.row.identity ? workspace.identities.find(*user.row.identity) : nullptr;
    if (person == nullptr) return rows;
    for (const auto& id : person->users) {
        if (id == user.row.id) continue;
        for (const auto& credential : workspace.users.find(id)->credentials)
            add_ways(context, *workspace.credentials.find(credential), *person, rows);
    }
    return rows;
}

asio::awaitable<Answer> after_suspension(Context& context, std::set<model::UserId> users)
{
    json::array open, otherwise;
    for (const auto& id : users) {
        const auto* user = context.workspace().users.find(id);
        if (user == nullptr) continue;
        for (auto& row : still_open(context, *user)) open.push_back(std::move(row));
        for (auto& row : other_ways(context, *user)) otherwise.push_back(std::move(row));
        co_await api::next_turn();
    }
    json::object left{{"still_open", std::move(open)}, {"opens_otherwise", std::move(otherwise)}};
    co_return api::ok("gatehouse", std::move(left));
}

base::Error stopped_everywhere()
{
    return base::fail(base::Fault::conflict, "The person is stopped everywhere: lift that first", "user_identity_frozen");
}

} // namespace gatehouse::http
