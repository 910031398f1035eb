#include "model/grants.hpp"

#include <algorithm>

namespace gatehouse::model {

namespace {

bool named(const std::vector<Mutation>& rows, const MethodId& id)
{
    return std::any_of(rows.begin(), rows.end(), [&id](const Mutation& mutation) {
        const auto* row = std::get_if<GrantMethod>(&mutation.row);
        return row != nullptr && row->id == id;
    });
}

/// Its end takes several changes, and this one came between.
bool nothing_stands(const Workspace& workspace, const MethodNode& method)
{
    return std::none_of(method.credentials.begin(), method.credentials.end(),
                        [&workspace](const auto& link) { return workspace.credentials.find(link.id) != nullptr; });
}

bool nothing_stands(const Workspace& workspace, const GrantNode& grant)
{
    return std::all_of(grant.methods.begin(), grant.methods.end(),
                       [&workspace](const MethodId& id) { return nothing_stands(workspace, *workspace.methods.find(id)); });
}

} // namespace

bool may_be_held(const Directory& directory, const MethodNode& method)
{
    return std::any_of(method.credentials.begin(), method.credentials.end(),
                       [&directory](const auto& link) { return !directory.placements().of(link.id).empty(); });
}

bool may_be_held(const Directory& directory, const Workspace& workspace, const GrantNode& grant)
{
    return std::any_of(grant.methods.begin(), grant.methods.end(),
                       [&directory, &workspace](const MethodId& id) { return may_be_held(directory, *workspace.methods.find(id)); });
}

void erase_rows(const MethodNode& method, std::vector<Mutation>& rows)
{
    const auto& row = method.row;
    for (const auto& link : method.credentials)
        rows.push_back(erase(MethodCredential{.method = row.id, .credential = link.id, .workspace = row.workspace}));
    rows.push_back(erase(GrantMethod{.id = row.id, .workspace = row.workspace}));
}

void erase_rows(const Workspace& workspace, const GrantNode& grant, std::vector<Mutation>& rows)
{
    const auto& row = grant.row;
    for (const auto& id : grant.methods) erase_rows(*workspace.methods.find(id), rows);
    for (const auto& link : grant.entrances)
        rows.push_back(erase(GrantEntrance{.grant = row.id, .entrance = link.id, .workspace = row.workspace}));
    for (const auto& link : grant.doors) rows.push_back(erase(GrantDoor{.grant = row.id, .door = link.id, .workspace = row.workspace}));
    rows.push_back(erase(AccessGrant{.id = row.id, .workspace = row.workspace}));
}

void add_finished(const Directory& directory, const WorkspaceId& workspace_id, const CredentialId& credential, std::vector<Mutation>& rows)
{
    const auto* workspace = directory.workspace(workspace_id);
    if (workspace == nullptr) return;
    const auto found = workspace->method_by_credential.find(credential);
    if (found == workspace->method_by_credential.end() || named(rows, found->second)) return;
    const auto& method = *workspace->methods.find(found->second);
    const auto& grant = *workspace->grants.find(method.row.grant);
    if (grant.row.deleting && !may_be_held(directory, *workspace, grant) && nothing_stands(*workspace, grant))
        erase_rows(*workspace, grant, rows);
    else if (!grant.row.deleting && method.row.deleting && !may_be_held(directory, method) && nothing_stands(*workspace, method))
        erase_rows(method, rows);
}

namespace {

void erase_credentials(const Workspace& workspace, const MethodNode& method, std::vector<Mutation>& rows)
{
    for (const auto& link : method.credentials) {
        const auto* credential = workspace.credentials.find(link.id);
        if (credential == nullptr) continue;
        const auto& row = credential->row;
        for (const auto& listed : credential->list)
            rows.push_back(erase(CredentialEntrance{.credential = row.id, .entrance = listed.id, .workspace = row.workspace}));
        for (const auto& listed : credential->doors)
            rows.push_back(erase(CredentialDoor{.credential = row.id, .door = listed.id, .workspace = row.workspace}));
        rows.push_back(erase(row));
    }
}

} // namespace

void add_unfinished(const Directory& directory, std::vector<Mutation>& rows)
{
    for (const auto& [id, found] : directory.workspaces()) {
        const auto& workspace = *found;
        workspace.grants.walk(nullptr, [&directory, &workspace, &rows](const GrantNode& grant) {
            for (const auto& method : grant.methods) {
                const auto& node = *workspace.methods.find(method);
                if (grant.row.deleting || node.row.deleting) erase_credentials(workspace, node, rows);
                if (!grant.row.deleting && node.row.deleting && !may_be_held(directory, node)) erase_rows(node, rows);
            }
            if (grant.row.deleting && !may_be_held(directory, workspace, grant)) erase_rows(workspace, grant, rows);
            return true;
        });
    }
}

} // namespace gatehouse::model
