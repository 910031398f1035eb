#pragma once

#include "store/sqlite.hpp"

namespace gatehouse::store {

/// How much of the file the writer keeps in memory at most: ids are random, so writes land all over the trees. A scan needs little.
inline constexpr int writer_cache_kib = 16384, scan_cache_kib = 512;

enum class Role { writer, reader };

/// Sets what every connection of ours needs, and reads each setting back.
/// Errors: internal  the database did not take one; the detail names it (a network file system has no journal_mode wal).
Result<void> configure(Connection& connection, Role role, bool in_memory);

} // namespace gatehouse::store
