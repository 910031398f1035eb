#pragma once

#include "base/result.hpp"

#include <filesystem>

namespace gatehouse::store {

/// A directory for its owner alone; one that is there stays as it is. Errors: internal.
base::Result<void> make_directory(const std::filesystem::path& path);

/// An empty file for its owner alone in place of whatever was there. Errors: internal.
base::Result<void> make_empty(const std::filesystem::path& path);

/// Whether the file and its directory take writes, by their rights and their mount.
bool may_be_written(const std::filesystem::path& file);

/// Takes all rights from group and others. Errors: internal.
base::Result<void> make_private(const std::filesystem::path& path);

/// Renames `from` to `to`, on stable storage when it returns. Errors: internal.
base::Result<void> move_durably(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace gatehouse::store
