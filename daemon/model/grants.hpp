#pragma once

#include "model/directory.hpp"

namespace gatehouse::model {

/// Whether a device may still hold a credential of the method, or of any method of the grant.
bool may_be_held(const Directory& directory, const MethodNode& method);
bool may_be_held(const Directory& directory, const Workspace& workspace, const GrantNode& grant);

/// The rows that end a method or a whole grant: its own, children first. Its credentials are the caller's.
void erase_rows(const MethodNode& method, std::vector<Mutation>& rows);
void erase_rows(const Workspace& workspace, const GrantNode& grant, std::vector<Mutation>& rows);

/// What ends now that a credential is gone from a device: a method or a grant that was taken away and of which nothing is left. Appends
/// nothing for one whose rows are there already.
void add_finished(const Directory& directory, const WorkspaceId& workspace, const CredentialId& credential, std::vector<Mutation>& rows);
/// At the start: the same of everything that was taken away, and the credentials of what was to end in several changes.
void add_unfinished(const Directory& directory, std::vector<Mutation>& rows);

} // namespace gatehouse::model
