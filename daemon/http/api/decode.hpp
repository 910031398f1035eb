#pragma once

#include "http/api/cursor.hpp"
#include "http/api/params.hpp"
#include "http/api/respond.hpp"
#include "http/api/route.hpp"
#include "http/transport/message.hpp"

#include <variant>

namespace gatehouse::http::api {

/// Makes the parameters of `route` from the request: from the query for GET and DELETE, from the JSON body otherwise (and for any verb
/// without a query). The answer instead is a 400 invalid_input or mismatched_page_parameters. `route` outlives the result.
asio::awaitable<std::variant<Params, Answer>> decode(const Route& route, const transport::Request& request, const Cursors& cursors);

/// What a cursor of this endpoint with these parameters is bound to.
std::uint64_t binding_of(const Route& route, const Params& params);

} // namespace gatehouse::http::api
