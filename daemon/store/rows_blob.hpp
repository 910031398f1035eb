#pragma once

#include "model/change.hpp"
#include "store/bytes.hpp"

namespace gatehouse::store {

/// The rows of a change as they stand in its journal entry: for each the table, put or erased, and its fields in the order of the schema
/// version they were written under. An erased row is its key fields and its workspace.
void write_rows(ByteWriter& out, const std::vector<model::Mutation>& rows);

/// Reads what write_rows wrote under the current schema.
/// Errors: invalid, naming the row and the field that is damaged.
base::Result<std::vector<model::Mutation>> read_rows(std::span<const std::byte> bytes);

} // namespace gatehouse::store
