#pragma once

#include "store/schema.hpp"
#include "store/sqlite.hpp"

#include <filesystem>

namespace gatehouse::store {

/// Whose file it is and how new, before anything is written to it.
/// Errors: invalid      not a Gatehouse database (code database_foreign);
///         unsupported  its schema is newer than the last of `steps` (code schema_newer);
///         internal     it cannot be read (code database_unreadable).
/// Returns the version of its schema, at least 1.
Result<int> identify(Connection& connection, std::span<const Migration> steps);

/// Runs the steps behind `version`, each in a transaction of its own.
/// Errors: full, internal; the database then stands at the last step that was done.
Result<void> migrate(Connection& connection, int version, std::span<const Migration> steps);

/// Copies the database to `copy`, replacing an earlier one, and checks the copy by reading it.
/// Errors: full, internal; an earlier copy is then still there.
Result<void> back_up(Connection& connection, const std::filesystem::path& copy);

} // namespace gatehouse::store
