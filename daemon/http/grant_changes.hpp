#pragma once

#include "http/changes.hpp"

namespace gatehouse::http {

// Events and rows of access grants. Core thread.

/// access_grant.created, access_grant.deleted, ...
model::Event grant_event(const Context& context, std::string type, const model::AccessGrant& grant,
                         std::vector<std::pair<std::string, model::EventValue>> more = {});
/// access_method.created, access_method.issued, access_method.revoked, ...
model::Event method_event(const Context& context, std::string type, const model::GrantMethod& method);

/// Takes the method away: its credentials at once; its own row too when no device may hold one of them, else when that is proven. When
/// there is no room for all of it the edit is marked and has none of it.
void end_method(const Context& context, const model::MethodNode& method, Edit& edit);
/// The same of a grant, with its methods. One that takes several changes is shut by the first.
void end_grant(const Context& context, const model::GrantNode& grant, Edit& edit);
/// A grant whose person ends: its credentials and all its rows, whatever devices may still hold.
void erase_grant(const Context& context, const model::GrantNode& grant, Edit& edit);
/// Erases a credential; when it was the last one of an access method, the method ends with it. The credential's event is the caller's.
void end_credential(const Context& context, const model::CredentialNode& credential, Edit& edit);

/// Rows that the end of a grant, or of a method, erases.
std::size_t rows_of(const model::Workspace& workspace, const model::GrantNode& grant);
std::size_t rows_of(const model::Workspace& workspace, const model::MethodNode& method);

/// What an access grant gave stays with the grant's person for as long as there is one: else stopping the person, or deleting it, would
/// miss it.
/// Errors: conflict (acs_credential_in_access_grant, acs_user_in_access_grant).
base::Result<void> bound_to_grant(const model::Workspace& workspace, const model::Credential& credential);
base::Result<void> bound_to_grant(const model::Workspace& workspace, const model::UserNode& user);

/// The code of a credential of a method was changed: the method's own and that of its other credentials follow. Nothing for any other.
void change_method_code(const Context& context, const model::Credential& credential, Edit& edit);

/// Errors: not_found (access_grant_not_found, access_method_not_found).
base::Result<const model::GrantNode*> find_grant(const model::Workspace& workspace, const model::AccessGrantId& id);
/// By access_grant_id or access_grant_key.
base::Result<const model::GrantNode*> find_grant(const model::Workspace& workspace, const Params& params);
base::Result<const model::MethodNode*> find_method(const model::Workspace& workspace, const model::MethodId& id);

} // namespace gatehouse::http
