#include "reconcile/truth.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace gatehouse::reconcile {

namespace {

/// Every credential of every method of the grant is proven at each of its doors.
bool at_all_doors(const Reconciler& reconciler, const model::Workspace& workspace, const model::GrantNode& grant)
{
    bool any = false;
    for (const auto& id : grant.methods)
        for (const auto& link : workspace.methods.find(id)->credentials) {
            const auto* credential = workspace.credentials.find(link.id);
            if (credential == nullptr) return false;
            for (const auto& row : access_of(reconciler, workspace, *credential)) {
                if (row.state != model::Truth::verified) return false;
                any = true;
            }
        }
    return any;
}

} // namespace

/// The last of its doors may be the one: that is looked at once, when everything that came with it is on record.
void Reconciler::proven(const model::Placement& placement)
{
    const bool waits = !proven_.empty();
    for (const auto& holder : placement.holders) {
        const auto* workspace = tools_.directory.workspace(holder.workspace);
        if (workspace == nullptr) continue;
        const auto method = workspace->method_by_credential.find(holder.credential);
        if (method == workspace->method_by_credential.end()) continue;
        proven_.emplace(holder.workspace, workspace->methods.find(method->second)->row.grant);
    }
    if (!waits && !proven_.empty()) boost::asio::post(tools_.ledger.executor(), [this] { tell_of_grants(); });
}

void Reconciler::tell_of_grants()
{
    for (const auto& [tenant, id] : std::exchange(proven_, {})) {
        const auto* workspace = tools_.directory.workspace(tenant);
        const auto* grant = workspace == nullptr ? nullptr : workspace->grants.find(id);
        if (grant == nullptr || grant->row.deleting || !at_all_doors(*this, *workspace, *grant)) continue;
        model::Event event;
        event.workspace = tenant;
        event.type = "access_grant.access_granted_to_all_doors";
        event.body = {{"access_grant_id", to_string(id)}};
        event.refs = {id.value, grant->row.identity.value};
        tools_.ledger.note({"gatehouse", "gateway"}, std::move(event));
    }
}

} // namespace gatehouse::reconcile
