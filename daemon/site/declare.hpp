#pragma once

#include "model/directory.hpp"
#include "settings/settings.hpp"

namespace gatehouse::site {

/// The rows the configuration declares, as it would have them if it stood alone; ids are those of its stable keys.
/// Order: parents first. `touched` and `created_at` are left to whoever compares.
std::vector<model::Row> declared(const settings::Settings& settings);

/// What turns the directory's declared rows into those: puts of what is new or different, `absent` for what the file leaves out, and
/// erased paths of groups and shares of doors. Empty when nothing differs.
std::vector<model::Mutation> difference(const model::Directory& directory, const settings::Settings& settings, base::Instant now);

/// Ids of declared things.
model::WorkspaceId workspace_id(const settings::Settings& settings, std::string_view key);
/// The one connected account of a workspace.
model::Uuid connected_account_id(std::string_view workspace_key);

/// What the file asks for and what stands beside it does not allow: a strike of a door that the file leaves out. Each names its line.
settings::Problems clashes(const model::Directory& directory, const settings::Settings& settings);

} // namespace gatehouse::site
