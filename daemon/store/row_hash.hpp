#pragma once

#include "store/bytes.hpp"
#include "store/sqlite.hpp"

namespace gatehouse::store {

// SQLite's own check finds few of the bytes that a disk alters inside a row. So every current row carries a 64-bit hash in a column of its
// own: xxHash, seeded by the table, of its values in the order of the columns, the key among them. It tells damage, not forgery: that is
// the event chain's job.

/// Name of that column. NULL is the hash of a row that was found damaged before.
inline constexpr std::string_view hash_column = "row_hash";

inline std::uint64_t hash_seed(std::string_view table)
{
    return base::xxhash(table);
}

/// Binds values and takes their bytes for the hash.
struct HashedOut {
    Statement& statement;
    ByteWriter& bytes;

    void null() { statement.null(), bytes.null(); }
    void integer(std::int64_t value) { statement.integer(value), bytes.integer(value); }
    void text(std::string_view value) { statement.text(value), bytes.text(value); }
    void copy_of_text(std::string_view value) { statement.copy_of_text(value), bytes.text(value); }
    void blob(std::span<const std::byte> value) { statement.blob(value), bytes.blob(value); }
};

/// Reads columns and takes their bytes for the hash, as they stand.
struct HashedIn {
    Columns& columns;
    ByteWriter& bytes;

    bool null()
    {
        if (!columns.null()) return false;
        bytes.null();
        return true;
    }
    bool integer(std::int64_t& into)
    {
        if (!columns.integer(into)) return false;
        bytes.integer(into);
        return true;
    }
    bool text(std::string_view& into)
    {
        if (!columns.text(into)) return false;
        bytes.text(into);
        return true;
    }
    bool blob(std::span<const std::byte>& into)
    {
        if (!columns.blob(into)) return false;
        bytes.blob(into);
        return true;
    }
};

} // namespace gatehouse::store
