#include "http/grant_changes.hpp"

#include "model/grants.hpp"

#include <algorithm>

namespace gatehouse::http {

using base::Fault;

namespace {

void append(std::vector<model::Mutation> rows, Edit& edit)
{
    std::move(rows.begin(), rows.end(), std::back_inserter(edit.rows));
}

void erase_credentials(const Context& context, const model::MethodNode& method, Edit& edit)
{
    for (const auto& link : method.credentials) {
        const auto* credential = context.workspace().credentials.find(link.id);
        if (credential == nullptr) continue;
        erase_credential(*credential, edit);
        edit.events.push_back(credential_event(context, "acs_credential.deleted", credential->row));
    }
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
    if (method.row.deleting) return;
    erase_credentials(context, method, edit);
    mark_or_erase(context, method, edit);
}

void end_grant(const Context& context, const model::GrantNode& grant, Edit& edit)
{
    if (grant.row.deleting) return;
    const auto& workspace = context.workspace();
    for (const auto& id : grant.methods) {
        const auto& method = *workspace.methods.find(id);
        erase_credentials(context, method, edit);
        if (!method.row.deleting) edit.events.push_back(method_event(context, "access_method.revoked", method.row));
    }
    if (model::may_be_held(context.services.directory, workspace, grant)) {
        auto row = grant.row;
        row.deleting = true;
        edit.rows.push_back(model::put(std::move(row)));
    } else {
        std::vector<model::Mutation> rows;
        model::erase_rows(workspace, grant, rows);
        append(std::move(rows), edit);
    }
    edit.events.push_back(grant_event(context, "access_grant.deleted", grant.row));
}

void end_method_of(const Context& context, const model::CredentialId& credential, Edit& edit)
{
    const auto& workspace = context.workspace();
    const auto found = workspace.method_by_credential.find(credential);
    if (found == workspace.method_by_credential.end()) return;
    const auto& method = *workspace.methods.find(found->second);
    const auto stays = [&workspace, &credential](const auto& link) {
        return link.id != credential && workspace.credentials.find(link.id) != nullptr;
    };
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
