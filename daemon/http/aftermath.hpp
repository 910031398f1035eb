#pragma once

#include "http/context.hpp"

#include <set>

namespace gatehouse::http {

// What is left to somebody who was stopped, for whoever stopped them. Core thread.

/// Doors that may still open to the user, and until when: what devices are not yet proven to have given up.
json::array still_open(const Context& context, const model::UserNode& user);
/// The same of a person: by its users, and by those it had that are deleted by now.
json::array still_open(const Context& context, const model::IdentityNode& person);

/// The same at one door, of a user or of a person; nothing of nobody.
json::array still_open_at(const Context& context, const model::DoorId& door, const std::optional<model::UserId>& user,
                          const std::optional<model::IdentityId>& person);

/// Doors that open to the user's person by other users of theirs, now or at a time to come: what was stopped is this user alone. Nothing
/// for a user without a person.
json::array other_ways(const Context& context, const model::UserNode& user);

/// The answer to a suspension: both, of these users; those that are gone by now are passed over.
asio::awaitable<Answer> after_suspension(Context& context, std::set<model::UserId> users);

/// What keeps a user of a person who is stopped everywhere from going on.
base::Error stopped_everywhere();

} // namespace gatehouse::http
