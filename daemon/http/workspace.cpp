#include "http/endpoints.hpp"

namespace gatehouse::http {

using namespace api;

namespace {

asio::awaitable<Answer> get_workspace(Context& context, const Params&)
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

} // namespace

std::vector<http::Endpoint> workspace_endpoints()
{
    return {{Route{Policy::api_key, "/workspaces/get"}.on(Verb::get).returns("workspace", "workspace"), get_workspace}};
}

std::vector<http::Endpoint> health_endpoints()
{
    return {{Route{Policy::anyone, "/health"}.on(Verb::get), health}};
}

} // namespace gatehouse::http
