#pragma once

#include "site/ids.hpp"

namespace gatehouse::site {

/// The rows the configuration declares, as it would have them if it stood alone, under the ids its keys mean.
/// Order: parents first. `touched` and `created_at` are left to whoever compares.
std::vector<model::Row> declared(const settings::Settings& settings, const Ids& ids);

/// What turns the directory's declared rows into those: puts of what is new or different, `absent` for what the file leaves out, and
/// erased paths of groups and shares of doors. Empty when nothing differs.
std::vector<model::Mutation> difference(const model::Directory& directory, const settings::Settings& settings, base::Instant now);

/// What the file asks for and what stands beside it does not allow: a key that cannot be followed, a strike of a door that the file leaves
/// out. Each names its line.
settings::Problems clashes(const model::Directory& directory, const settings::Settings& settings);

} // namespace gatehouse::site
