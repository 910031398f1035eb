#pragma once

#include "http/changes.hpp"

namespace gatehouse::http {

// Whom a request is about. Core thread.

/// Errors: not_found (user_identity_not_found).
base::Result<const model::IdentityNode*> find_identity(const model::Workspace& workspace, const model::IdentityId& id);
/// Errors: not_found (acs_user_not_found).
base::Result<const model::UserNode*> find_user(const model::Workspace& workspace, const model::UserId& id);
/// Errors: not_found (acs_access_group_not_found).
base::Result<const model::GroupNode*> find_group(const model::Workspace& workspace, const model::GroupId& id);

/// Adds the parameters that select a user to those of the route: acs_user_id alone, or user_identity_id, with acs_system_id or without.
Route selects_user(Route route, api::Fields others = {});
/// The user those parameters select.
/// Errors: not_found; invalid  the identity has several users, and nothing says which.
base::Result<const model::UserNode*> select_user(const model::Workspace& workspace, const Params& params);

/// Adds acs_user_id and user_identity_id, one of which must be given.
Route names_person(Route route, api::Fields others);

/// Appends every entrance a user may reach, by groups, direct grants and the lists of its credentials, whatever the hour. May repeat.
void accessible_entrances(const model::Workspace& workspace, const model::UserNode& user, std::vector<model::EntranceId>& into);

/// An account of an identity in a system, and what makes it one.
struct Account {
    model::UserId user;
    Edit edit; ///< empty when it stands already
};

/// The account of an identity in a system: the oldest it has; else a user there without identity that has its e-mail address or phone
/// number, to be linked; else a new one. Build on the edit and apply it without waiting in between.
/// Errors: not_found (user_identity_not_found, acs_system_not_found).
asio::awaitable<base::Result<Account>> account_of(Context& context, model::IdentityId identity, model::SystemId system);

/// The oldest user of the identity in the system; null when it has none.
const model::UserNode* oldest_account(const model::Workspace& workspace, const model::IdentityNode& identity,
                                      const model::SystemId& system);

/// A user without identity that has this e-mail address, or else this phone number, in the system: the oldest.
asio::awaitable<std::optional<model::UserId>> find_namesake(Context& context, model::SystemId system, model::Text email, model::Text phone);

/// The rows that give a new or known identity its account: links the namesake if it still stands there alone, else makes a user.
Account make_account(const Context& context, const model::Identity& identity, const model::SystemId& system,
                     const std::optional<model::UserId>& namesake);

} // namespace gatehouse::http
