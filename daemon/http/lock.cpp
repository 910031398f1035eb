#include "http/endpoints.hpp"
#include "http/resources_site.hpp"

namespace gatehouse::http {

using namespace api;

namespace {

asio::awaitable<Answer> unlock_door(Context& context, const Params& params)
{
    const auto door = params.get<model::DoorId>("device_id");
    const auto attempt = co_await context.services.strikes.unlock(context.workspace().row.id, door, context.actor, context.request);
    if (!attempt) {
        const auto settled = co_await context.settle();
        co_return settled ? attempt.error() : settled.error();
    }
    co_return ok("action_attempt", action_attempt_json(context, *attempt));
}

asio::awaitable<Answer> get_attempt(Context& context, const Params& params)
{
    const auto id = params.get<model::AttemptId>("action_attempt_id");
    const auto* attempt = context.workspace().attempts.find(id);
    if (attempt != nullptr) co_return ok("action_attempt", action_attempt_json(context, attempt->row));
    const auto missing = base::fail(base::Fault::not_found, "No such action attempt", "action_attempt_not_found");
    json::object data{{"action_attempt_id", to_string(id)}};
    co_return refuse(missing, std::move(data));
}

} // namespace

std::vector<http::Endpoint> lock_endpoints()
{
    return {
        {Route{Policy::api_key, "/locks/unlock_door"}
             .takes(Fields{}.required("device_id", uuid()))
             .returns("action_attempt", "action_attempt"),
         unlock_door},
        {Route{Policy::api_key, "/action_attempts/get"}
             .on(Verb::get)
             .takes(Fields{}.required("action_attempt_id", uuid()))
             .returns("action_attempt", "action_attempt"),
         get_attempt},
    };
}

} // namespace gatehouse::http
