#include "http/endpoints.hpp"
#include "http/grant_changes.hpp"
#include "http/resources_people.hpp"
#include "http/resources_site.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"

namespace gatehouse::http {

namespace {

using api::Fields;
using api::ok;
using api::text;
using api::uuid;
using base::Fault;

base::Result<const model::IdentityNode*> named_identity(const Context& context, const Params& params)
{
    return find_identity(context.workspace(), params.get<model::IdentityId>("user_identity_id"));
}

/// Points the user at an identity, away from any other. What was stopped with that one stays so.
base::Result<void> link(const Context& context, const model::UserNode& node, const model::IdentityId& identity, Edit& edit)
{
    const auto& user = node.row;
    if (user.identity == identity) return {};
    if (auto bound = bound_to_grant(context.workspace(), node); !bound) return bound;
    auto row = user;
    row.identity = identity;
    row.suspended = row.suspended || (user.identity && context.workspace().identities.find(*user.identity)->row.frozen);
    edit.rows.push_back(model::put(std::move(row)));
    if (user.identity) edit.events.push_back(unlinked_event(context, user));
    edit.events.push_back(linked_event(context, user, identity));
    return {};
}

/// An identity made of what the user says of itself.
model::Identity identity_of(const Context& context, const model::User& user, const std::string& key)
{
    model::Identity row;
    row.id = {base::random_uuid(context.services.random)};
    row.workspace = user.workspace;
    row.full_name = user.full_name;
    row.email_address = user.email_address;
    row.phone_number = user.phone_number;
    row.key = key;
    row.created_at = context.services.clock.wall();
    return row;
}

base::Result<Edit> add_user_to_identity(const Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    Edit edit;
    if (const auto id = params.find<model::IdentityId>("user_identity_id"))
        if (const auto known = find_identity(workspace, *id); !known) return known.error();
    const auto user = find_user(workspace, params.get<model::UserId>("acs_user_id"));
    if (!user) return user.error();
    auto identity = params.find<model::IdentityId>("user_identity_id");
    if (const auto key = params.find<std::string>("user_identity_key")) {
        const auto named = workspace.identity_by_key.find(*key);
        if (named != workspace.identity_by_key.end()) {
            identity = named->second;
        } else {
            const auto row = identity_of(context, (*user)->row, *key);
            identity = row.id;
            edit.rows.push_back(model::put(row));
            edit.events.push_back(identity_event(context, "gatehouse.user_identity.created", row.id));
        }
    }
    if (auto linked = link(context, **user, *identity, edit); !linked) return linked.error();
    return edit;
}

base::Result<Edit> remove_user(const Context& context, const Params& params)
{
    const auto identity = named_identity(context, params);
    if (!identity) return identity.error();
    const auto user = find_user(context.workspace(), params.get<model::UserId>("acs_user_id"));
    if (!user) return user.error();
    Edit edit;
    auto row = (*user)->row;
    if (row.identity != (*identity)->row.id) return edit;
    if (auto bound = bound_to_grant(context.workspace(), **user); !bound) return bound.error();
    edit.events.push_back(unlinked_event(context, row));
    row.identity.reset();
    row.suspended = row.suspended || (*identity)->row.frozen; // what was stopped stays so
    edit.rows.push_back(model::put(std::move(row)));
    return edit;
}

bool holds(const model::IdentityNode& identity, const model::DoorId& door)
{
    return std::any_of(identity.doors.begin(), identity.doors.end(), [&door](const auto& link) { return link.id == door; });
}

/// Only the owner of a door grants it to its own people.
base::Result<Edit> set_device_grant(const Context& context, const Params& params, bool granted)
{
    const auto identity = named_identity(context, params);
    if (!identity) return identity.error();
    const auto id = params.get<model::DoorId>("device_id");
    const auto* door = context.services.directory.door(id);
    const bool own = door != nullptr && door->row.owner == context.workspace().row.id;
    const bool left_over = door != nullptr && !granted && holds(**identity, id); // of before the door went to another owner
    if (!own && !left_over) return base::fail(Fault::not_found, "No such device", "device_not_found");
    Edit edit;
    if (holds(**identity, id) == granted) return edit;
    const auto& person = (*identity)->row;
    model::DeviceGrant row{person.id, id, person.workspace};
    edit.rows.push_back(granted ? model::put(row) : model::erase(row));
    const std::string type = granted ? "gatehouse.user_identity.device_access_granted" : "gatehouse.user_identity.device_access_revoked";
    auto event = identity_event(context, type, person.id, {{"device_id", to_string(id)}});
    event.refs.push_back(id.value);
    edit.events.push_back(std::move(event));
    return edit;
}

base::Result<Edit> grant_device(const Context& context, const Params& params)
{
    return set_device_grant(context, params, true);
}

base::Result<Edit> revoke_device(const Context& context, const Params& params)
{
    return set_device_grant(context, params, false);
}

asio::awaitable<Answer> list_identity_users(Context& context, const Params& params)
{
    const auto identity = named_identity(context, params);
    if (!identity) co_return identity.error();
    std::vector<model::UserId> ids{(*identity)->users.begin(), (*identity)->users.end()};
    auto render = [&context](const model::UserNode& node) { return acs_user_json(context, node); };
    auto rows = co_await render_all(context.workspace().users, std::move(ids), std::move(render));
    co_return ok("acs_users", std::move(rows));
}

asio::awaitable<Answer> list_identity_systems(Context& context, const Params& params)
{
    const auto identity = named_identity(context, params);
    if (!identity) co_return identity.error();
    std::vector<model::SystemId> ids;
    for (const auto& user : (*identity)->users) ids.push_back(context.workspace().users.find(user)->row.system);
    auto render = [&context](const model::SystemNode& node) { return acs_system_json(context, node); };
    auto rows = co_await render_all(context.workspace().systems, std::move(ids), std::move(render));
    co_return ok("acs_systems", std::move(rows));
}

asio::awaitable<Answer> list_identity_devices(Context& context, const Params& params)
{
    const auto identity = named_identity(context, params);
    if (!identity) co_return identity.error();
    std::vector<const model::DoorNode*> doors;
    for (const auto& granted : (*identity)->doors) doors.push_back(context.services.directory.door(granted.id));
    std::sort(doors.begin(), doors.end(), [](const auto* left, const auto* right) { return position_of(*left) < position_of(*right); });
    json::array rows;
    for (const auto* door : doors) rows.push_back(device_json(context, *door));
    json::object both;
    both["devices"] = rows;
    both["accessible_devices"] = std::move(rows);
    co_return ok(std::move(both));
}

asio::awaitable<Answer> list_identity_entrances(Context& context, const Params& params)
{
    const auto identity = named_identity(context, params);
    if (!identity) co_return identity.error();
    std::vector<model::EntranceId> ids;
    for (const auto& user : (*identity)->users) accessible_entrances(context.workspace(), *context.workspace().users.find(user), ids);
    auto render = [&context](const model::EntranceNode& node) { return acs_entrance_json(context, node); };
    auto rows = co_await render_all(context.workspace().entrances, std::move(ids), std::move(render));
    co_return ok("acs_entrances", std::move(rows));
}

Fields identity_and(std::string_view other)
{
    return Fields{}.required("user_identity_id", uuid()).required(other, uuid());
}

Route of_identity(std::string_view path)
{
    return Route{Policy::api_key, path}.on(Verb::get).takes(Fields{}.required("user_identity_id", uuid()));
}

} // namespace

std::vector<http::Endpoint> user_identity_link_endpoints()
{
    return {
        {Route{Policy::api_key, "/user_identities/add_acs_user"}
             .on(Verb::put)
             .takes(Fields{}
                        .required("acs_user_id", uuid())
                        .optional("user_identity_id", uuid())
                        .optional("user_identity_key", text(1), {}, "An unknown key makes an identity of the ACS user's data."))
             .exactly_one({"user_identity_id", "user_identity_key"}),
         mutation(add_user_to_identity)},
        {Route{Policy::api_key, "/user_identities/remove_acs_user"}.on(Verb::del).takes(identity_and("acs_user_id")),
         mutation(remove_user)},
        {Route{Policy::api_key, "/user_identities/grant_access_to_device"}.on(Verb::put).takes(identity_and("device_id")),
         mutation(grant_device)},
        {Route{Policy::api_key, "/user_identities/revoke_access_to_device"}.on(Verb::del).takes(identity_and("device_id")),
         mutation(revoke_device)},
        {of_identity("/user_identities/list_acs_users").returns_list("acs_users", "acs_user"), list_identity_users},
        {of_identity("/user_identities/list_acs_systems").returns_list("acs_systems", "acs_system"), list_identity_systems},
        {of_identity("/user_identities/list_accessible_devices")
             .returns_list("devices", "device")
             .returns_list("accessible_devices", "device"),
         list_identity_devices},
        {of_identity("/user_identities/list_accessible_entrances").returns_list("acs_entrances", "acs_entrance"), list_identity_entrances},
    };
}

} // namespace gatehouse::http
