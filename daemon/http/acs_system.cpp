#include "http/endpoints.hpp"
#include "http/resources_site.hpp"
#include "http/walk.hpp"

namespace gatehouse::http {

using namespace api;

namespace {

asio::awaitable<Answer> get_system(Context& context, const Params& params)
{
    const auto* system = context.workspace().systems.find(params.get<model::SystemId>("acs_system_id"));
    if (system == nullptr) co_return base::fail(base::Fault::not_found, "No such ACS system", "acs_system_not_found");
    co_return ok("acs_system", acs_system_json(context, *system));
}

asio::awaitable<Answer> list_all_systems(Context& context, const Params& params)
{
    const auto account = params.find<base::Uuid>("connected_account_id");
    const Search search{params.find<std::string>("search")};
    const bool none = (account && *account != connected_account_id(context.workspace().row)) || params.has("customer_key");
    json::array rows;
    auto visit = [&context, &rows, search, none](const model::SystemNode& system) {
        if (none || !(search.in(system.row.name) || search.in(system.row.id))) return Visited::cheap;
        rows.push_back(acs_system_json(context, system));
        return Visited::dear;
    };
    const std::optional<model::Position> from_the_start;
    co_await walk(context.workspace().systems, from_the_start, visit);
    co_return ok("acs_systems", json::value(std::move(rows)));
}

} // namespace

std::vector<http::Endpoint> acs_system_endpoints()
{
    return {
        {Route{Policy::api_key, "/acs/systems/get"}
             .on(Verb::get)
             .takes(Fields{}.required("acs_system_id", uuid()))
             .returns("acs_system", "acs_system"),
         get_system},
        {Route{Policy::api_key, "/acs/systems/list"}
             .on(Verb::get)
             .takes(Fields{}.optional("connected_account_id", uuid()).optional("customer_key", text()).optional("search", text(1)))
             .returns_list("acs_systems", "acs_system"),
         list_all_systems},
    };
}

} // namespace gatehouse::http
