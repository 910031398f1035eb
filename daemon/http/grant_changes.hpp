#pragma once

#include "http/changes.hpp"

namespace gatehouse::http {

// Events and rows of access grants. Core thread.

/// access_grant.created, access_grant.deleted, ...
model::Event grant_event(const Context& context, std::string type, const model::AccessGrant& grant,
                         std::vector<std::pair<std::string, model::EventValue>> more = {});
/// access_method.created, access_method.issued, access_method.revoked, ...
model::Event method_event(const Context& context, std::string type, const model::GrantMethod& method);

/// Takes the method away: its credentials at once; its own row too when no device may hold one of them, else when that is proven.
void end_method(const Context& context, const model::MethodNode& method, Edit& edit);
/// The same of a grant, with its methods.
void end_grant(const Context& context, const model::GrantNode& grant, Edit& edit);
/// A credential of a method that is about to be erased: when it is the last one, the method ends with it. Nothing for any other.
void end_method_of(const Context& context, const model::CredentialId& credential, Edit& edit);

/// The code of a credential of a method was changed: the method's own and that of its other credentials follow. Nothing for any other.
void change_method_code(const Context& context, const model::Credential& credential, Edit& edit);

/// Errors: not_found (access_grant_not_found, access_method_not_found).
base::Result<const model::GrantNode*> find_grant(const model::Workspace& workspace, const model::AccessGrantId& id);
/// By access_grant_id or access_grant_key.
base::Result<const model::GrantNode*> find_grant(const model::Workspace& workspace, const Params& params);
base::Result<const model::MethodNode*> find_method(const model::Workspace& workspace, const model::MethodId& id);

} // namespace gatehouse::http
