#include "http/grant_changes.hpp"

#include "model/grants.hpp"

#include <algorithm>

namespace gatehouse::http {

using base::Fault;

namespace {

bool append(std::vector<model::Mutation> rows, Edit& edit)
{
    return std::all_of(rows.begin(), rows.end(), [&edit](model::Mutation& row) { return push(edit, std::move(row)); });
}

std::size_t rows_with_list(const model::CredentialNode& credential)
{
    return credential.list.size() + credential.doors.size() + 1;
}

bool erase_credentials(const Context& context, const model::MethodNode& method, Edit& edit)
{
    for (const auto& link : method.credentials) {
        const auto* credential = context.workspace().credentials.find(link.id);
        if (credential == nullptr) continue;
        erase_credential(*credential, edit);
        if (!edit.whole) return false;
        edit.events.push_back(credential_event(context, "acs_credential.deleted", credential->row));
    }
    return true;
}

void mark_or_erase(const Context& context, const model::MethodNode& method, Edit& edit)
{
    if (model::may_be_held(context.services.directory, method)) {
        auto row = method.row;
        row.deleting = true;
        edit.rows.push_back(model::put(std::move(row)));
    } else {
        std::vector<model::Mutation> rows;
        model::erase_rows(method, rows);
        append(std::move(rows), edit);
    }
    edit.events.push_back(method_event(context, "access_method.revoked", method.row));
}

void announce(const Context& context, const model::GrantNode& grant, Edit& edit)
{
    for (const auto& id : grant.methods)
        if (const auto& method = context.workspace().methods.find(id)->row; !method.deleting)
            edit.events.push_back(method_event(context, "access_method.revoked", method));
    edit.events.push_back(grant_event(context, "access_grant.deleted", grant.row));
}

/// What has more rows than a change holds opens nothing from the first one on. False: that is done.
bool shut(const Context& context, const model::GrantNode& grant, Edit& edit)
{
    const auto& workspace = context.workspace();
    const auto before = edit.rows.size();
    if (!grant.row.deleting) {
        auto row = grant.row;
        row.deleting = true;
        edit.rows.push_back(model::put(std::move(row)));
        announce(context, grant, edit);
    }
    for (const auto& id : grant.methods)
        for (const auto& link : workspace.methods.find(id)->credentials) {
            const auto* credential = workspace.credentials.find(link.id);
            if (credential == nullptr || credential->row.list == model::ListState::emptied) continue;
            auto emptied = credential->row;
            emptied.list = model::ListState::emptied;
            push(edit, model::put(std::move(emptied)));
        }
    return edit.rows.size() > before;
}

/// The credentials of a grant. False: there is more to come, by this change or the next.
bool take_away(const Context& context, const model::GrantNode& grant, Edit& edit)
{
    const auto& workspace = context.workspace();
    const auto rows = rows_of(workspace, grant);
    if (!fits(edit, rows)) return false;
    if (rows > model::rows_per_change && shut(context, grant, edit)) edit.whole = false;
    if (!edit.whole) return false;
    return std::all_of(grant.methods.begin(), grant.methods.end(), [&context, &workspace, &edit](const model::MethodId& id) {
        return erase_credentials(context, *workspace.methods.find(id), edit);
    });
}

} // namespace

model::Event grant_event(const Context& context, std::string type, const model::AccessGrant& grant,
                         std::vector<std::pair<std::string, model::EventValue>> more)
{
    std::vector<std::pair<std::string, model::EventValue>> body{{"access_grant_id", to_string(grant.id)}};
    for (auto& field : more) body.push_back(std::move(field));
    return context.event(std::move(type), std::move(body), {grant.id.value, grant.identity.value});
}

model::Event method_event(const Context& context, std::string type, const model::GrantMethod& method)
{
    return context.event(std::move(type), {{"access_method_id", to_string(method.id)}, {"access_grant_id", to_string(method.grant)}},
                         {method.id.value, method.grant.value});
}

void end_method(const Context& context, const model::MethodNode& method, Edit& edit)
{
    if (method.row.deleting || !fits(edit, rows_of(context.workspace(), method))) return;
    if (erase_credentials(context, method, edit)) mark_or_erase(context, method, edit);
}

void end_grant(const Context& context, const model::GrantNode& grant, Edit& edit)
{
    if (!model::may_be_held(context.services.directory, context.workspace(), grant)) return erase_grant(context, grant, edit);
    if (!take_away(context, grant, edit) || grant.row.deleting) return;
    auto row = grant.row;
    row.deleting = true;
    edit.rows.push_back(model::put(std::move(row)));
    announce(context, grant, edit);
}

void erase_grant(const Context& context, const model::GrantNode& grant, Edit& edit)
{
    if (!take_away(context, grant, edit)) return;
    std::vector<model::Mutation> rows;
    model::erase_rows(context.workspace(), grant, rows);
    if (append(std::move(rows), edit) && !grant.row.deleting) announce(context, grant, edit);
}

void end_credential(const Context& context, const model::CredentialNode& credential, Edit& edit)
{
    const auto& workspace = context.workspace();
    const auto id = credential.row.id;
    const auto found = workspace.method_by_credential.find(id);
    if (found == workspace.method_by_credential.end()) return erase_credential(credential, edit);
    const auto& method = *workspace.methods.find(found->second);
    if (!fits(edit, rows_with_list(credential) + rows_of(workspace, method))) return;
    erase_credential(credential, edit);
    if (!edit.whole) return;
    const auto stays = [&workspace, &id](const auto& link) { return link.id != id && workspace.credentials.find(link.id) != nullptr; };
    const bool last = std::none_of(method.credentials.begin(), method.credentials.end(), stays);
    const auto& grant = *workspace.grants.find(method.row.grant);
    const auto same = [&method](const model::Mutation& mutation) {
        const auto* row = std::get_if<model::GrantMethod>(&mutation.row);
        return row != nullptr && row->id == method.row.id;
    };
    const bool ends_already = std::any_of(edit.rows.begin(), edit.rows.end(), same);
    if (last && !ends_already && !method.row.deleting && !grant.row.deleting) mark_or_erase(context, method, edit);
}

void change_method_code(const Context& context, const model::Credential& credential, Edit& edit)
{
    const auto& workspace = context.workspace();
    const auto found = workspace.method_by_credential.find(credential.id);
    if (found == workspace.method_by_credential.end()) return;
    const auto& method = *workspace.methods.find(found->second);
    auto row = method.row;
    row.code = credential.code;
    edit.rows.push_back(model::put(row));
    edit.events.push_back(method_event(context, "access_method.reissued", row));
    for (const auto& link : method.credentials) {
        const auto* other = link.id == credential.id ? nullptr : workspace.credentials.find(link.id);
        if (other == nullptr) continue;
        auto same = other->row;
        same.code = credential.code;
        edit.rows.push_back(model::put(std::move(same)));
    }
}

std::size_t rows_of(const model::Workspace& workspace, const model::MethodNode& method)
{
    auto rows = method.credentials.size() + 1;
    for (const auto& link : method.credentials)
        if (const auto* credential = workspace.credentials.find(link.id)) rows += rows_with_list(*credential);
    return rows;
}

std::size_t rows_of(const model::Workspace& workspace, const model::GrantNode& grant)
{
    auto rows = grant.entrances.size() + grant.doors.size() + 1;
    for (const auto& id : grant.methods) rows += rows_of(workspace, *workspace.methods.find(id));
    return rows;
}

base::Result<void> bound_to_grant(const model::Workspace& workspace, const model::Credential& credential)
{
    if (!workspace.method_by_credential.contains(credential.id)) return {};
    return base::fail(Fault::conflict,
                      "The ACS credential is of an access grant and stays with its person: end it with access_grants/delete",
                      "acs_credential_in_access_grant");
}

base::Result<void> bound_to_grant(const model::Workspace& workspace, const model::UserNode& user)
{
    const auto of_grant = [&workspace](const auto& id) { return workspace.method_by_credential.contains(id); };
    if (std::none_of(user.credentials.begin(), user.credentials.end(), of_grant)) return {};
    return base::fail(Fault::conflict,
                      "The ACS user has a credential of an access grant and stays with its person: end it with access_grants/delete",
                      "acs_user_in_access_grant");
}

base::Result<const model::GrantNode*> find_grant(const model::Workspace& workspace, const model::AccessGrantId& id)
{
    const auto* node = workspace.grants.find(id);
    if (node == nullptr) return base::fail(Fault::not_found, "No such access grant", "access_grant_not_found");
    return node;
}

base::Result<const model::GrantNode*> find_grant(const model::Workspace& workspace, const Params& params)
{
    if (const auto id = params.find<model::AccessGrantId>("access_grant_id")) return find_grant(workspace, *id);
    const auto key = params.find<std::string>("access_grant_key").value_or("");
    const auto named = workspace.grant_by_key.find(key);
    return find_grant(workspace, named == workspace.grant_by_key.end() ? model::AccessGrantId{} : named->second);
}

base::Result<const model::MethodNode*> find_method(const model::Workspace& workspace, const model::MethodId& id)
{
    const auto* node = workspace.methods.find(id);
    if (node == nullptr) return base::fail(Fault::not_found, "No such access method", "access_method_not_found");
    return node;
}

} // namespace gatehouse::http
