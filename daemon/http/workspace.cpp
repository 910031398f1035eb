#include "access/tokens.hpp"
#include "http/endpoints.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::http {

using namespace api;

namespace {

asio::awaitable<Answer> get(Context& context, const Params&)
{
    const auto& workspace = context.workspace().row;
    json::object shown{{"workspace_id", to_string(workspace.id)},
                       {"name", workspace.name},
                       {"company_name", workspace.name},
                       {"connect_partner_name", nullptr},
                       {"connect_webview_customization", json::object{}},
                       {"is_publishable_key_auth_enabled", false},
                       {"is_sandbox", false},
                       {"is_suspended", false},
                       {"organization_id", nullptr}};
    co_return ok("workspace", std::move(shown));
}

/// The gateway serves; how far it can rely on its disk and its clock it says beside.
asio::awaitable<Answer> health(Context& context, const Params&)
{
    const auto& ledger = context.services.ledger;
    const auto now = context.now();
    const bool well = ledger.mode() == ledger::Mode::normal && ledger.damaged_rows() == 0 && now.trusted;
    json::object storage{
        {"mode", to_string(ledger.mode())}, {"since", to_json(ledger.mode_since())}, {"damaged_rows", ledger.damaged_rows()}};
    json::object shown{{"status", well ? "ok" : "degraded"}, {"version", GATEHOUSE_VERSION}, {"storage", std::move(storage)}};
    shown["clock"] = json::object{{"trusted", now.trusted}, {"effective", to_json(now.instant)}};
    co_return ok(std::move(shown));
}

const model::Workspace* workspace_named(const model::Directory& directory, const std::optional<std::string>& key)
{
    for (const auto& [id, workspace] : directory.workspaces())
        if (key ? workspace->row.key == *key : directory.workspaces().size() == 1) return workspace.get();
    return nullptr;
}

asio::awaitable<Answer> create_token(Context& context, const Params& params)
{
    const auto key = params.find<std::string>("workspace");
    const auto* workspace = workspace_named(context.services.directory, key);
    if (workspace == nullptr && !key) co_return invalid("workspace", "There are several workspaces; say which");
    if (workspace == nullptr) co_return base::fail(base::Fault::not_found, "No such workspace", "workspace_not_found");
    const auto token =
        access::make_token(context.services.random, workspace->row.id, params.get<std::string>("name"), context.now().instant);
    context.tenant = workspace;
    std::vector<model::Mutation> rows{model::put(token.row)};
    std::vector<model::Event> events{
        context.event("gatehouse.token.created", {{"token_id", to_string(token.row.id)}}, {token.row.id.value})};
    const auto made = co_await context.change(std::move(rows), std::move(events));
    if (!made) co_return made.error();
    spdlog::info("token_created name=\"{}\" workspace={} by=\"{}\"", token.row.name, workspace->row.key, context.actor.name);
    json::object shown{{"token_id", to_string(token.row.id)},
                       {"name", token.row.name},
                       {"workspace", workspace->row.key},
                       {"created_at", to_json(token.row.created_at)},
                       {"key", token.key}};
    co_return ok("token", std::move(shown));
}

} // namespace

std::vector<http::Endpoint> workspace_endpoints()
{
    return {{Route{Policy::api_key, "/workspaces/get"}.on(Verb::get).returns("workspace", "workspace"), get}};
}

std::vector<http::Endpoint> health_endpoints()
{
    return {{Route{Policy::anyone, "/health"}.on(Verb::get), health}};
}

std::vector<http::Endpoint> token_endpoints()
{
    return {{Route{Policy::local_admin, "/gatehouse/tokens/create"}
                 .takes(Fields{}.required("name", text(1, 100)).optional("workspace", text(key_name)))
                 .returns("token", "token")
                 .about("Makes an API key and shows it once."),
             create_token}};
}

} // namespace gatehouse::http
