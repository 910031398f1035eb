#pragma once

#include "store/columns.hpp"
#include "store/row_hash.hpp"
#include "store/sqlite.hpp"
#include "store/tally.hpp"

#include <tuple>

namespace gatehouse::store {

// Statements of a row type, made from its table and field names: constants of the program, never a client's text.

inline std::string in_quotes(std::string_view name)
{
    return "\"" + std::string{name} + "\"";
}

template <class Row>
std::string put_sql()
{
    std::string names, values;
    for (const auto& column : columns_of<Row>()) names += in_quotes(column.name) + ',', values += "?,";
    return "INSERT OR REPLACE INTO " + in_quotes(Row::table) + "(" + names + std::string{hash_column} + ") VALUES(" + values + "?)";
}

template <class Row>
std::string where_key()
{
    const auto columns = columns_of<Row>();
    std::string where = " WHERE ";
    for (std::size_t at = 0; at < Row::keys; ++at) where += (at == 0 ? "" : " AND ") + in_quotes(columns[at].name) + "=?";
    return where;
}

template <class Row>
std::string erase_sql()
{
    return "DELETE FROM " + in_quotes(Row::table) + where_key<Row>();
}

template <class Row>
std::string stored_hash_sql()
{
    return "SELECT coalesce(" + std::string{hash_column} + ",0) FROM " + in_quotes(Row::table) + where_key<Row>();
}

/// The hash first, then the row; in the order of the primary key, which is the order on disk.
template <class Row>
std::string scan_sql()
{
    const auto columns = columns_of<Row>();
    std::string names{hash_column}, order;
    for (const auto& column : columns) names += "," + in_quotes(column.name);
    for (std::size_t at = 0; at < Row::keys; ++at) order += (at == 0 ? "" : ",") + in_quotes(columns[at].name);
    return "SELECT " + names + " FROM " + in_quotes(Row::table) + " ORDER BY " + order;
}

/// Puts and erases rows of one type, and keeps the tally of its table.
template <class Row>
class RowPen {
public:
    static Result<RowPen> make(Connection& connection)
    {
        RowPen pen;
        for (const auto& [statement, sql] : {std::pair{&pen.put_, put_sql<Row>()}, std::pair{&pen.erase_, erase_sql<Row>()},
                                             std::pair{&pen.stored_, stored_hash_sql<Row>()}}) {
            auto prepared = connection.prepare(sql);
            if (!prepared) return prepared.error();
            *statement = std::move(*prepared);
        }
        return pen;
    }

    Result<void> put(const Row& row, Tally& tally)
    {
        if (auto counted = forget(row, tally); !counted) return counted;
        bytes_.clear();
        HashedOut out{put_, bytes_};
        Row::fields(row, [&out](std::string_view, const auto& value) { write_value(out, value); });
        const auto hash = base::xxhash(bytes_.bytes(), seed_);
        write_value(put_, hash);
        tally.add(hash);
        return put_.run();
    }

    Result<void> erase(const Row& row, Tally& tally)
    {
        if (auto counted = forget(row, tally); !counted) return counted;
        bind_key(erase_, row);
        return erase_.run();
    }

private:
    static void bind_key(Statement& statement, const Row& row)
    {
        int at = 0;
        Row::fields(row, [&statement, &at](std::string_view, const auto& value) {
            if (at++ < Row::keys) write_value(statement, value);
        });
    }

    /// Takes what stands under the key of the row, if anything does, out of the tally.
    Result<void> forget(const Row& row, Tally& tally)
    {
        bind_key(stored_, row);
        const auto found = stored_.step();
        if (!found) return found.error();
        std::uint64_t hash = 0;
        auto columns = stored_.row();
        if (*found) read_value(columns, hash), tally.take(hash);
        stored_.reset();
        return {};
    }

    Statement put_, erase_, stored_;
    ByteWriter bytes_;
    std::uint64_t seed_ = hash_seed(Row::table);
};

/// What a scan found.
struct Scanned {
    Tally tally; ///< by the hashes that stand in the table
    std::uint64_t damaged = 0;
};

/// Hands every row of the table that is the one that was written to `take`, and every other to `broken` with the number of its fields that
/// could be read. Errors: internal  the table cannot be read.
template <class Row, class Take, class Broken>
Result<Scanned> scan(Connection& connection, Take take, Broken broken)
{
    auto statement = connection.prepare(scan_sql<Row>());
    if (!statement) return statement.error();
    Scanned scanned;
    ByteWriter bytes;
    const auto seed = hash_seed(Row::table);
    while (true) {
        const auto more = statement->step();
        if (!more) return fail(more.error().fault, std::string{Row::table} + ": " + more.error().detail, "database_damaged");
        if (!*more) return scanned;
        Row row;
        auto columns = statement->row();
        std::optional<std::uint64_t> stored;
        if (!read_value(columns, stored)) columns.skip();
        bytes.clear();
        HashedIn in{columns, bytes};
        int read = 0;
        bool sound = true;
        Row::fields(row, [&](std::string_view, auto& value) {
            sound = sound && read_value(in, value);
            read += sound ? 1 : 0;
        });
        scanned.tally.add(stored.value_or(0));
        if (sound && stored == base::xxhash(bytes.bytes(), seed)) {
            take(std::move(row));
            continue;
        }
        ++scanned.damaged;
        broken(std::move(row), read);
    }
}

template <class Variant>
struct PensOf;
template <class... Rows>
struct PensOf<std::variant<Rows...>> {
    using Type = std::tuple<RowPen<Rows>...>;
};

/// One pen for every row type.
using RowPens = PensOf<model::Row>::Type;

} // namespace gatehouse::store
