#pragma once

#include "http/api/params.hpp"
#include "http/api/respond.hpp"
#include "http/api/route.hpp"

#include <functional>

namespace gatehouse::http::api {

/// Answers one validated request. `Context` is the application's: the caller's workspace, the ledger, the clock, ... It and the
/// parameters live until the coroutine ends. A mutation's handler awaits durability before it answers, errors included.
template <class Context>
using Handler = std::function<asio::awaitable<Answer>(Context& context, const Params& params)>;

/// One row of the endpoint table. Validation, routing, 405 and the OpenAPI document follow from `route`.
///
/// A file of endpoints looks like this:
///
///     namespace gatehouse::http {
///     namespace {
///
///     using api::email;                                                      // each name it uses, one by one
///     using api::Fields;
///     using api::ok;
///     ...
///
///     asio::awaitable<Answer> get_user(Context& context, const Params& params)
///     {
///         const auto* user = context.workspace.users.find(params.get<model::UserId>("acs_user_id"));
///         if (user == nullptr) co_return base::fail(base::Fault::not_found, "No such ACS user", "acs_user_not_found");
///         co_return ok("acs_user", to_json(*user));
///     }
///
///     asio::awaitable<Answer> update_user(Context& context, const Params& params)
///     {
///         auto row = ...;                                                    // a copy
///         params.patch<std::string>("email_address").apply(row.email);      // absent keeps, null clears, value sets
///         if (const auto name = params.find<std::string>("full_name")) row.full_name = *name;
///         auto done = co_await context.change(...);
///         if (!done) co_return done.error();
///         co_return ok();
///     }
///
///     } // namespace
///
///     std::vector<http::Endpoint> acs_user_endpoints()
///     {
///         return {
///             {Route{Policy::api_key, "/acs/users/get"}
///                  .on(Verb::get)
///                  .takes(Fields{}.required("acs_user_id", uuid()))
///                  .returns("acs_user", "acs_user"),
///              get_user},
///             {Route{Policy::api_key, "/acs/users/update"}
///                  .on(Verb::patch)
///                  .takes(Fields{}
///                             .optional("acs_user_id", uuid())
///                             .optional("user_identity_id", uuid())
///                             .nullable("email_address", email())
///                             .optional("full_name", text(1))
///                             .nullable("access_schedule", object(Fields{}.required("starts_at", datetime())
///                                                                         .optional("ends_at", nullable(datetime())))))
///                  .exactly_one({"acs_user_id", "user_identity_id"}),
///              update_user},
///             {Route{Policy::api_key, "/acs/users/list"}
///                  .on(Verb::get)
///                  .takes(Fields{}.optional("search", text(1)).optional("created_before", datetime()))
///                  .returns_page("acs_users", "acs_user", 500),
///              list_users},                                                  // co_return page("acs_users", rows, next)
///         };
///     }
///     } // namespace gatehouse::http
///
/// with, once for the room, `using Endpoint = api::BasicEndpoint<Context>;` (daemon/http/context.hpp). With `using namespace api`, handlers
/// called `list`, `text`, `map` clash with the kinds.
template <class Context>
struct BasicEndpoint {
    Route route;
    Handler<Context> handler;
};

} // namespace gatehouse::http::api
