#pragma once

#include "http/context.hpp"

namespace gatehouse::http {

/// People looked at before the turn is given up, where an answer goes through all of a door.
constexpr std::size_t people_a_turn = 32;

/// With the parameter `at`.
api::Fields at_a_moment(api::Fields others);

/// The moment that is asked about. Of what has passed nothing is said: the rows are those of today.
base::Result<base::Now> moment(const Context& context, const Params& params);

/// Null where there is no start or no end.
json::value time_or_null(base::Instant at, base::Instant open_end);

} // namespace gatehouse::http
