#include "http/changes.hpp"

#include "http/grant_changes.hpp"
#include "http/resources_site.hpp"

namespace gatehouse::http {

namespace {

using Body = std::vector<std::pair<std::string, model::EventValue>>;

/// Events are about the objects whose ids stand in them.
model::Event event_about(const Context& context, std::string type, Body body, Body more, std::vector<model::Uuid> refs)
{
    for (auto& field : more) body.push_back(std::move(field));
    return context.event(std::move(type), std::move(body), std::move(refs));
}

bool end_paths(const model::UserNode& user, Edit& edit)
{
    for (const auto& group : user.groups)
        if (!push(edit, model::erase(model::Membership{user.row.id, group.id, user.row.workspace}))) return false;
    for (const auto& entrance : user.direct)
        if (!push(edit, model::erase(model::DirectGrant{user.row.id, entrance.id, user.row.workspace}))) return false;
    return true;
}

bool end_list(const model::CredentialNode& credential, Edit& edit)
{
    for (const auto& entrance : credential.list)
        if (!push(edit, model::erase(model::CredentialEntrance{credential.row.id, entrance.id, credential.row.workspace}))) return false;
    for (const auto& door : credential.doors)
        if (!push(edit, model::erase(model::CredentialDoor{credential.row.id, door.id, credential.row.workspace}))) return false;
    return true;
}

std::size_t rows_of(const model::Workspace& workspace, const model::UserNode& user)
{
    auto rows = user.groups.size() + user.direct.size() + 1;
    for (const auto& id : user.credentials)
        rows += workspace.credentials.find(id)->list.size() + workspace.credentials.find(id)->doors.size() + 1;
    return rows;
}

/// Of an access grant of this person, with which it ends.
bool of_grant_of(const model::Workspace& workspace, const model::CredentialId& credential, const model::IdentityId& person)
{
    const auto method = workspace.method_by_credential.find(credential);
    if (method == workspace.method_by_credential.end()) return false;
    return workspace.grants.find(workspace.methods.find(method->second)->row.grant)->row.identity == person;
}

/// The user; when it goes with its person, without what went with that one's access grants.
void erase_user(const Context& context, const model::UserNode& user, const model::IdentityId* person, Edit& edit)
{
    const auto& workspace = context.workspace();
    if (rows_of(workspace, user) > model::rows_per_change && !user.row.suspended) suspend(context, user, true, edit);
    if (!end_paths(user, edit)) return;
    for (const auto& id : user.credentials) {
        if (person != nullptr && of_grant_of(workspace, id, *person)) continue;
        const auto& credential = *workspace.credentials.find(id);
        end_credential(context, credential, edit);
        if (!edit.whole) return;
        edit.events.push_back(credential_event(context, "acs_credential.invalidated", credential.row));
    }
    if (push(edit, model::erase(model::User{.id = user.row.id, .workspace = user.row.workspace})))
        edit.events.push_back(user_event(context, "acs_user.deleted", user.row));
}

} // namespace

bool push(Edit& edit, model::Mutation row)
{
    if (edit.rows.size() >= model::rows_per_change) edit.whole = false;
    if (!edit.whole) return false;
    edit.rows.push_back(std::move(row));
    return true;
}

bool fits(Edit& edit, std::size_t rows)
{
    if (!edit.rows.empty() && edit.rows.size() + rows > model::rows_per_change) edit.whole = false;
    return edit.whole;
}

asio::awaitable<base::Result<void>> apply(Context& context, base::Result<Edit> edit)
{
    if (edit && !edit->rows.empty()) {
        const auto done = co_await context.change(std::move(edit->rows), std::move(edit->events));
        co_return done;
    }
    const auto durable = co_await context.settle();
    if (!durable) co_return durable;
    if (!edit) co_return edit.error();
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> carry_out(Context& context, const Params& params, Plan plan)
{
    for (;;) {
        auto edit = plan(context, params);
        const bool whole = !edit || edit->whole;
        const auto done = co_await apply(context, std::move(edit));
        if (!done || whole) co_return done;
    }
}

namespace {

asio::awaitable<Answer> answered(Context& context, const Params& params, Plan plan)
{
    const auto done = co_await carry_out(context, params, std::move(plan));
    co_return answer_of(done);
}

} // namespace

api::Handler<Context> mutation(Plan plan)
{
    return [plan = std::move(plan)](Context& context, const Params& params) { return answered(context, params, plan); };
}

Answer answer_of(const base::Result<void>& outcome)
{
    if (outcome) return api::ok();
    const auto& error = outcome.error();
    json::object data;
    if (error.code == "user_identity_email_or_phone_conflict")
        data["field"] = error.detail.starts_with("phone_number") ? "phone_number" : "email_address";
    if (error.code == "user_identity_key_conflict") data["field"] = "user_identity_key";
    return data.empty() ? Answer{error} : api::refuse(error, std::move(data));
}

model::Event user_event(const Context& context, std::string type, const model::User& user, Body more)
{
    const auto account = connected_account_id(context.workspace().row);
    Body body{
        {"acs_system_id", to_string(user.system)}, {"acs_user_id", to_string(user.id)}, {"connected_account_id", base::to_string(account)}};
    return event_about(context, std::move(type), std::move(body), std::move(more), {user.id.value, user.system.value});
}

model::Event identity_event(const Context& context, std::string type, const model::IdentityId& identity, Body more)
{
    return event_about(context, std::move(type), {{"user_identity_id", to_string(identity)}}, std::move(more), {identity.value});
}

model::Event unlinked_event(const Context& context, const model::User& user)
{
    const auto identity = user.identity.value_or(model::IdentityId{});
    auto event = user_event(context, "gatehouse.acs_user.unlinked", user, {{"user_identity_id", to_string(identity)}});
    event.refs.push_back(identity.value);
    return event;
}

model::Event linked_event(const Context& context, const model::User& user, const model::IdentityId& identity)
{
    auto event = user_event(context, "gatehouse.acs_user.linked", user, {{"user_identity_id", to_string(identity)}});
    event.refs.push_back(identity.value);
    return event;
}

model::Event credential_event(const Context& context, std::string type, const model::Credential& credential, Body more)
{
    const auto account = connected_account_id(context.workspace().row);
    Body body{{"acs_credential_id", to_string(credential.id)},
              {"acs_system_id", to_string(credential.system)},
              {"connected_account_id", base::to_string(account)}};
    std::vector<model::Uuid> refs{credential.id.value, credential.system.value};
    if (credential.user) refs.push_back(credential.user->value);
    return event_about(context, std::move(type), std::move(body), std::move(more), std::move(refs));
}

void erase_credential(const model::CredentialNode& credential, Edit& edit)
{
    if (end_list(credential, edit))
        push(edit, model::erase(model::Credential{.id = credential.row.id, .workspace = credential.row.workspace}));
}

void erase_user(const Context& context, const model::UserNode& user, Edit& edit)
{
    erase_user(context, user, nullptr, edit);
}

void erase_identity(const Context& context, const model::IdentityNode& identity, bool with_users, Edit& edit)
{
    const auto& row = identity.row;
    for (const auto& id : identity.grants) {
        erase_grant(context, *context.workspace().grants.find(id), edit);
        if (!edit.whole) return;
    }
    for (const auto& door : identity.doors)
        if (!push(edit, model::erase(model::DeviceGrant{row.id, door.id, row.workspace}))) return;
    for (const auto& id : identity.users) {
        const auto& user = *context.workspace().users.find(id);
        if (with_users) {
            erase_user(context, user, &row.id, edit);
        } else {
            auto alone = user.row;
            alone.identity.reset();
            alone.suspended = alone.suspended || row.frozen; // what was stopped stays so
            if (push(edit, model::put(std::move(alone)))) edit.events.push_back(unlinked_event(context, user.row));
        }
        if (!edit.whole) return;
    }
    if (push(edit, model::erase(model::Identity{.id = row.id, .workspace = row.workspace})))
        edit.events.push_back(identity_event(context, "gatehouse.user_identity.deleted", row.id));
}

void revoke_all_entrances(const Context& context, const model::UserNode& user, Edit& edit)
{
    const auto before = edit.rows.size();
    end_paths(user, edit);
    for (const auto& id : user.credentials) {
        const auto& credential = *context.workspace().credentials.find(id);
        if (context.workspace().method_by_credential.contains(id)) { // of an access grant: it ends
            end_credential(context, credential, edit);
            if (!edit.whole) break;
            continue;
        }
        // One row put shuts the card at once; its list follows it, in this change or the next.
        if (credential.row.list == model::ListState::listed) {
            auto emptied = credential.row;
            emptied.list = model::ListState::emptied;
            push(edit, model::put(std::move(emptied)));
        }
        if (credential.row.list != model::ListState::follows_user) end_list(credential, edit);
        if (!edit.whole) break;
    }
    if (edit.rows.size() > before) edit.events.push_back(user_event(context, "gatehouse.acs_user.access_revoked", user.row));
}

void suspend(const Context& context, const model::UserNode& user, bool suspended, Edit& edit)
{
    if (user.row.suspended == suspended) return;
    auto row = user.row;
    row.suspended = suspended;
    if (!push(edit, model::put(std::move(row)))) return;
    const std::string type = suspended ? "gatehouse.acs_user.suspended" : "gatehouse.acs_user.unsuspended";
    edit.events.push_back(user_event(context, type, user.row));
}

void set_membership(const Context& context, const model::UserNode& user, const model::GroupId& group, bool member, Edit& edit)
{
    const bool is = std::any_of(user.groups.begin(), user.groups.end(), [&group](const auto& link) { return link.id == group; });
    if (is == member) return;
    const model::Membership row{user.row.id, group, user.row.workspace};
    if (!push(edit, member ? model::put(row) : model::erase(row))) return;
    const std::string type = member ? "gatehouse.acs_user.added_to_access_group" : "gatehouse.acs_user.removed_from_access_group";
    auto event = user_event(context, type, user.row, {{"acs_access_group_id", to_string(group)}});
    event.refs.push_back(group.value);
    edit.events.push_back(std::move(event));
}

} // namespace gatehouse::http
