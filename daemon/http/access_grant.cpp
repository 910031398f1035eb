#include "http/access_grant_plan.hpp"
#include "http/endpoints.hpp"
#include "http/grant_changes.hpp"
#include "http/resources_grant.hpp"
#include "http/select.hpp"
#include "http/walk.hpp"

#include <algorithm>

namespace gatehouse::http {

using namespace api;

namespace {

Answer shown_grant(const Context& context, const model::AccessGrantId& id)
{
    const auto grant = find_grant(context.workspace(), id);
    if (!grant) return grant.error();
    return ok("access_grant", access_grant_json(context, **grant));
}

/// Applies what was planned, or hands on why it was not.
asio::awaitable<Answer> carried_out(Context& context, std::variant<PlannedGrant, Answer> made)
{
    if (auto* refused = std::get_if<Answer>(&made)) {
        const auto settled = co_await context.settle();
        co_return settled ? std::move(*refused) : Answer{settled.error()};
    }
    auto& planned = std::get<PlannedGrant>(made);
    const auto id = planned.grant;
    const auto done = co_await apply(context, std::move(planned.edit));
    if (!done) co_return answer_of(done);
    co_return shown_grant(context, id);
}

asio::awaitable<Answer> create_grant(Context& context, const Params& params)
{
    auto made = co_await plan_grant(context, params);
    auto answer = co_await carried_out(context, std::move(made));
    co_return answer;
}

asio::awaitable<Answer> request_methods(Context& context, const Params& params)
{
    auto made = co_await plan_methods(context, params);
    auto answer = co_await carried_out(context, std::move(made));
    co_return answer;
}

asio::awaitable<Answer> get_grant(Context& context, const Params& params)
{
    const auto grant = find_grant(context.workspace(), params);
    if (!grant) co_return grant.error();
    co_return ok("access_grant", access_grant_json(context, **grant));
}

/// What a listed grant has to be.
struct WantedGrant {
    const model::Workspace& workspace;
    const Params& params;

    template <class Id>
    static bool linked(const model::List<model::Link<Id>>& links, const Id& id)
    {
        return std::any_of(links.begin(), links.end(), [&id](const auto& link) { return link.id == id; });
    }
    bool in_system(const model::GrantNode& node, const model::SystemId& system) const
    {
        return std::any_of(node.entrances.begin(), node.entrances.end(),
                           [this, &system](const auto& link) { return workspace.entrances.find(link.id)->row.system == system; });
    }
    bool operator()(const model::GrantNode& node) const
    {
        const auto& row = node.row;
        if (const auto id = params.find<model::IdentityId>("user_identity_id"); id && row.identity != *id) return false;
        if (const auto key = params.find<std::string>("access_grant_key"); key && row.key != key) return false;
        if (const auto key = params.find<std::string>("reservation_key"); key && row.reservation_key != key) return false;
        if (const auto id = params.find<model::EntranceId>("acs_entrance_id"); id && !linked(node.entrances, *id)) return false;
        if (const auto id = params.find<model::DoorId>("device_id"); id && !linked(node.doors, *id)) return false;
        if (const auto id = params.find<model::SystemId>("acs_system_id"); id && !in_system(node, *id)) return false;
        return !params.has("space_id") && !params.has("location_id") && !params.has("customer_key") && !params.has("access_code_id");
    }
};

asio::awaitable<Answer> list_grants(Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    const auto render = [&context](const model::GrantNode& node) { return access_grant_json(context, node); };
    PageOf rows{params, WantedGrant{workspace, params}, render};
    if (params.has("access_grant_ids")) {
        auto ids = params.list<model::AccessGrantId>("access_grant_ids");
        co_await walk(workspace.grants, std::move(ids), rows.after(), rows);
    } else {
        co_await walk(workspace.grants, rows.after(), rows);
    }
    co_return rows.answer("access_grants");
}

/// Name and key are the grant's alone; times move on every credential of its methods.
base::Result<Edit> plan_grant_update(const Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    const auto grant = find_grant(workspace, params);
    if (!grant) return grant.error();
    auto row = (*grant)->row;
    if (row.deleting) return base::fail(base::Fault::conflict, "The access grant is being deleted", "access_grant_being_deleted");
    if (params.has("access_grant_id"))
        if (const auto key = params.find<std::string>("access_grant_key")) row.key = key;
    params.patch<std::string>("name").apply(row.name);
    if (const auto starts_at = params.find<base::Instant>("starts_at")) row.starts_at = *starts_at;
    params.patch<base::Instant>("ends_at").apply(row.ends_at);
    Edit edit;
    if (row == (*grant)->row) return edit;
    const bool moved = row.starts_at != (*grant)->row.starts_at || row.ends_at != (*grant)->row.ends_at;
    if (moved && row.ends_at && *row.ends_at <= std::max(row.starts_at, context.now().instant))
        return misfit("ends_at", "Must be in the future and after starts_at");
    if (moved) row.moved_at = context.now().instant, row.was_starts_at = (*grant)->row.starts_at, row.was_ends_at = (*grant)->row.ends_at;
    edit.rows.push_back(model::put(row));
    if (!moved) {
        edit.events.push_back(grant_event(context, "gatehouse.access_grant.updated", row));
        return edit;
    }
    for (const auto& id : (*grant)->methods)
        for (const auto& link : workspace.methods.find(id)->credentials) {
            const auto* node = workspace.credentials.find(link.id);
            if (node == nullptr) continue;
            auto credential = node->row;
            credential.starts_at = row.starts_at;
            credential.ends_at = row.ends_at;
            edit.rows.push_back(model::put(std::move(credential)));
        }
    edit.events.push_back(grant_event(context, "access_grant.access_times_changed", row));
    return edit;
}

base::Result<Edit> plan_grant_delete(const Context& context, const Params& params)
{
    const auto grant = find_grant(context.workspace(), params.get<model::AccessGrantId>("access_grant_id"));
    if (!grant) return grant.error();
    Edit edit;
    end_grant(context, **grant, edit);
    return edit;
}

Fields selector()
{
    return Fields{}.optional("access_grant_id", uuid()).optional("access_grant_key", text(1));
}

} // namespace

std::vector<http::Endpoint> access_grant_endpoints()
{
    return {
        {Route{Policy::api_key, "/access_grants/create"}
             .takes(grant_fields())
             .exactly_one({"user_identity_id", "user_identity"})
             .returns("access_grant", "access_grant"),
         create_grant},
        {Route{Policy::api_key, "/access_grants/get"}
             .on(Verb::get)
             .takes(selector())
             .exactly_one({"access_grant_id", "access_grant_key"})
             .returns("access_grant", "access_grant"),
         get_grant},
        {Route{Policy::api_key, "/access_grants/list"}
             .on(Verb::get)
             .takes(Fields{}
                        .optional("access_code_id", uuid())
                        .optional("access_grant_ids", list(uuid()))
                        .nullable("access_grant_key", text())
                        .optional("acs_entrance_id", uuid())
                        .optional("acs_system_id", uuid())
                        .optional("customer_key", text())
                        .optional("device_id", uuid())
                        .optional("location_id", uuid(), {}, "Deprecated.")
                        .optional("reservation_key", text())
                        .optional("space_id", uuid())
                        .optional("user_identity_id", uuid()))
             .returns_page("access_grants", "access_grant"),
         list_grants},
        {Route{Policy::api_key, "/access_grants/request_access_methods"}
             .takes(Fields{}
                        .required("access_grant_id", uuid())
                        .required("requested_access_methods", list(object(requested_method_fields()), 1, 10)))
             .returns("access_grant", "access_grant"),
         request_methods},
        {Route{Policy::api_key, "/access_grants/update"}
             .on(Verb::patch)
             .takes(selector().nullable("ends_at", datetime()).nullable("name", text()).optional("starts_at", datetime()))
             .at_least_one({"access_grant_id", "access_grant_key"}),
         mutation(plan_grant_update)},
        {Route{Policy::api_key, "/access_grants/delete"}.on(Verb::del).takes(Fields{}.required("access_grant_id", uuid())),
         mutation(plan_grant_delete)},
    };
}

} // namespace gatehouse::http
