#include "http/select.hpp"

#include "http/grant_changes.hpp"
#include "http/walk.hpp"

namespace gatehouse::http {

using base::Fault;

namespace {

base::Result<const model::UserNode*> only_user(const model::Workspace& workspace, const model::IdentityNode& identity,
                                               const std::optional<model::SystemId>& system)
{
    const model::UserNode* found = nullptr;
    for (const auto& id : identity.users) {
        const auto* user = workspace.users.find(id);
        if (system && user->row.system != *system) continue;
        if (found != nullptr)
            return system ? api::misfit("acs_user_id", "The user identity has several users in this system: give acs_user_id")
                          : api::misfit("acs_system_id", "The user identity has several users: give acs_system_id or acs_user_id");
        found = user;
    }
    if (found == nullptr) return base::fail(Fault::not_found, "The user identity has no such ACS user", "acs_user_not_found");
    return found;
}

} // namespace

base::Result<const model::IdentityNode*> find_identity(const model::Workspace& workspace, const model::IdentityId& id)
{
    const auto* node = workspace.identities.find(id);
    if (node == nullptr) return base::fail(Fault::not_found, "No such user identity", "user_identity_not_found");
    return node;
}

base::Result<const model::UserNode*> find_user(const model::Workspace& workspace, const model::UserId& id)
{
    const auto* node = workspace.users.find(id);
    if (node == nullptr) return base::fail(Fault::not_found, "No such ACS user", "acs_user_not_found");
    return node;
}

base::Result<const model::GroupNode*> find_group(const model::Workspace& workspace, const model::GroupId& id)
{
    const auto* node = workspace.groups.find(id);
    if (node == nullptr) return base::fail(Fault::not_found, "No such access group", "acs_access_group_not_found");
    return node;
}

Route selects_user(Route route, api::Fields others)
{
    return std::move(route)
        .takes(std::move(others)
                   .optional("acs_user_id", api::uuid())
                   .optional("user_identity_id", api::uuid())
                   .optional("acs_system_id", api::uuid(), {}, "With user_identity_id: the system the user belongs to."))
        .exactly_one({"acs_user_id", "user_identity_id"})
        .needs("acs_system_id", "user_identity_id");
}

base::Result<const model::UserNode*> select_user(const model::Workspace& workspace, const Params& params)
{
    if (const auto user = params.find<model::UserId>("acs_user_id")) return find_user(workspace, *user);
    const auto identity = find_identity(workspace, params.get<model::IdentityId>("user_identity_id"));
    if (!identity) return identity.error();
    return only_user(workspace, **identity, params.find<model::SystemId>("acs_system_id"));
}

Route names_person(Route route, api::Fields others)
{
    return std::move(route)
        .takes(std::move(others).optional("acs_user_id", api::uuid()).optional("user_identity_id", api::uuid()))
        .exactly_one({"acs_user_id", "user_identity_id"});
}

void accessible_entrances(const model::Workspace& workspace, const model::UserNode& user, std::vector<model::EntranceId>& into)
{
    for (const auto* entrance : model::reachable(workspace, user)) into.push_back(entrance->row.id);
    for (const auto& id : user.credentials)
        for (const auto& listed : workspace.credentials.find(id)->list) into.push_back(listed.id);
}

const model::UserNode* oldest_account(const model::Workspace& workspace, const model::IdentityNode& identity, const model::SystemId& system)
{
    const model::UserNode* found = nullptr;
    for (const auto& id : identity.users) {
        const auto* user = workspace.users.find(id);
        if (user->row.system != system) continue;
        if (found == nullptr || position_of(*user) < position_of(*found)) found = user;
    }
    return found;
}

asio::awaitable<std::optional<model::UserId>> find_namesake(Context& context, model::SystemId system, model::Text email, model::Text phone)
{
    const auto folded = email ? model::folded(*email) : std::string{};
    std::optional<model::UserId> by_email, by_phone;
    if (!email && !phone) co_return by_email;
    auto look = [&system, &email, &folded, &phone, &by_email, &by_phone](const model::UserNode& node) {
        const auto& row = node.row;
        if (row.system != system || row.identity) return Visited::cheap;
        if (email && row.email_address && model::folded(*row.email_address) == folded)
            by_email = row.id;
        else if (!by_phone && phone && row.phone_number == phone)
            by_phone = row.id;
        return by_email ? Visited::last : Visited::cheap;
    };
    const std::optional<model::Position> start;
    co_await walk(context.workspace().users, start, look);
    co_return by_email ? by_email : by_phone;
}

Account make_account(const Context& context, const model::Identity& identity, const model::SystemId& system,
                     const std::optional<model::UserId>& namesake)
{
    Account account;
    const auto* stands = namesake ? context.workspace().users.find(*namesake) : nullptr;
    const bool free = stands != nullptr && !stands->row.identity && bound_to_grant(context.workspace(), *stands);
    if (free && stands->row.system == system) {
        auto row = stands->row;
        row.identity = identity.id;
        account.user = row.id;
        account.edit.events.push_back(linked_event(context, row, identity.id));
        account.edit.rows.push_back(model::put(std::move(row)));
        return account;
    }
    model::User row;
    row.id = {base::random_uuid(context.services.random)};
    row.workspace = identity.workspace;
    row.system = system;
    row.identity = identity.id;
    row.full_name = identity.full_name;
    row.email_address = identity.email_address;
    row.phone_number = identity.phone_number;
    row.created_at = context.services.clock.wall();
    account.user = row.id;
    account.edit.events.push_back(user_event(context, "acs_user.created", row, {{"user_identity_id", to_string(identity.id)}}));
    account.edit.rows.push_back(model::put(std::move(row)));
    return account;
}

asio::awaitable<base::Result<Account>> account_of(Context& context, model::IdentityId identity, model::SystemId system)
{
    const auto& workspace = context.workspace();
    auto person = find_identity(workspace, identity);
    if (!person) co_return person.error();
    if (workspace.systems.find(system) == nullptr) co_return base::fail(Fault::not_found, "No such ACS system", "acs_system_not_found");
    std::optional<model::UserId> namesake;
    if (oldest_account(workspace, **person, system) == nullptr) {
        namesake = co_await find_namesake(context, system, (*person)->row.email_address, (*person)->row.phone_number);
        person = find_identity(workspace, identity); // it may be gone by now
        if (!person) co_return person.error();
    }
    Account account;
    const auto* known = oldest_account(workspace, **person, system);
    if (known != nullptr)
        account.user = known->row.id;
    else
        account = make_account(context, (*person)->row, system, namesake);
    co_return account;
}

} // namespace gatehouse::http
