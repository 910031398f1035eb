#pragma once

#include "http/context.hpp"

#include <functional>

namespace gatehouse::http {

/// What a request changes, gathered before it is applied.
struct Edit {
    std::vector<model::Mutation> rows;
    std::vector<model::Event> events;
    bool whole = true; ///< false: a change holds no more; apply this, then ask for the rest
};

/// Makes the edit a request asks for, of the model as it stands. An edit without rows means that nothing is left to do.
using Plan = std::function<base::Result<Edit>(const Context& context, const Params& params)>;

/// Applies the edit and waits until it is durable. An edit without rows, like a refusal, waits for the head it was decided on.
/// Errors: the edit's own; those of Context::change.
asio::awaitable<base::Result<void>> apply(Context& context, base::Result<Edit> edit);

/// Applies what `plan` makes until it is whole.
asio::awaitable<base::Result<void>> carry_out(Context& context, const Params& params, Plan plan);

/// A handler that carries out the plan and answers nothing but `ok`.
api::Handler<Context> mutation(Plan plan);

/// `ok`, or the error with the `data` that belongs to its code.
Answer answer_of(const base::Result<void>& outcome);

// Events. People stand in them by id only.

/// acs_user.created, gatehouse.acs_user.updated, ...; `more` follows the ids of user and system.
model::Event user_event(const Context& context, std::string type, const model::User& user,
                        std::vector<std::pair<std::string, model::EventValue>> more = {});
/// gatehouse.acs_user.linked and .unlinked: the user, and the identity it now belongs to or no longer does.
model::Event linked_event(const Context& context, const model::User& user, const model::IdentityId& identity);
model::Event unlinked_event(const Context& context, const model::User& user);
/// gatehouse.user_identity.created, ...
model::Event identity_event(const Context& context, std::string type, const model::IdentityId& identity,
                            std::vector<std::pair<std::string, model::EventValue>> more = {});
/// acs_credential.deleted, acs_credential.invalidated, ...
model::Event credential_event(const Context& context, std::string type, const model::Credential& credential,
                              std::vector<std::pair<std::string, model::EventValue>> more = {});

// Rows of what several endpoints do. Each appends to the edit, children first, and clears `whole` when there is no more room.

/// Appends a row. False, and the edit is marked, when a change holds no more.
bool push(Edit& edit, model::Mutation row);
/// Whether so many rows find room beside those there; the edit is marked when not. An empty edit takes any number to begin with.
bool fits(Edit& edit, std::size_t rows);
/// The list of a credential and the credential itself. The event is the caller's.
void erase_credential(const model::CredentialNode& credential, Edit& edit);
/// A user with its memberships, direct grants and credentials (acs_user.deleted, acs_credential.invalidated). One that takes several
/// changes is suspended first.
void erase_user(const Context& context, const model::UserNode& user, Edit& edit);
/// An identity with its device grants and its access grants, whose credentials end; its users go with it, or stay without it.
void erase_identity(const Context& context, const model::IdentityNode& identity, bool with_users, Edit& edit);
/// Ends memberships and direct grants, and empties the lists of the user's credentials; no list stays no list.
void revoke_all_entrances(const Context& context, const model::UserNode& user, Edit& edit);
void suspend(const Context& context, const model::UserNode& user, bool suspended, Edit& edit);
/// Makes the user a member or ends that; nothing when it is so already.
void set_membership(const Context& context, const model::UserNode& user, const model::GroupId& group, bool member, Edit& edit);

/// acs/users/remove_from_access_group and acs/access_groups/remove_user: the parameters of `names_person`, with acs_access_group_id. An
/// identity leaves with all its users.
base::Result<Edit> remove_from_group(const Context& context, const Params& params);

} // namespace gatehouse::http
