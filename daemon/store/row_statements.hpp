#pragma once

#include "store/columns.hpp"
#include "store/sqlite.hpp"

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
    for (const auto& column : columns_of<Row>()) {
        if (!names.empty()) names += ',', values += ',';
        names += in_quotes(column.name);
        values += '?';
    }
    return "INSERT OR REPLACE INTO " + in_quotes(Row::table) + "(" + names + ") VALUES(" + values + ")";
}

template <class Row>
std::string erase_sql()
{
    const auto columns = columns_of<Row>();
    std::string where;
    for (std::size_t at = 0; at < Row::keys; ++at) where += (at == 0 ? "" : " AND ") + in_quotes(columns[at].name) + "=?";
    return "DELETE FROM " + in_quotes(Row::table) + " WHERE " + where;
}

/// In the order of the primary key, which is the order on disk.
template <class Row>
std::string scan_sql()
{
    const auto columns = columns_of<Row>();
    std::string names, order;
    for (const auto& column : columns) names += (names.empty() ? "" : ",") + in_quotes(column.name);
    for (std::size_t at = 0; at < Row::keys; ++at) order += (at == 0 ? "" : ",") + in_quotes(columns[at].name);
    return "SELECT " + names + " FROM " + in_quotes(Row::table) + " ORDER BY " + order;
}

/// Puts and erases rows of one type.
template <class Row>
class RowPen {
public:
    static Result<RowPen> make(Connection& connection)
    {
        RowPen pen;
        auto put = connection.prepare(put_sql<Row>());
        if (!put) return put.error();
        auto erase = connection.prepare(erase_sql<Row>());
        if (!erase) return erase.error();
        pen.put_ = std::move(*put);
        pen.erase_ = std::move(*erase);
        return pen;
    }

    Result<void> put(const Row& row)
    {
        Row::fields(row, [this](std::string_view, const auto& value) { write_value(put_, value); });
        return put_.run();
    }

    Result<void> erase(const Row& row)
    {
        int at = 0;
        Row::fields(row, [this, &at](std::string_view, const auto& value) {
            if (at++ < Row::keys) write_value(erase_, value);
        });
        return erase_.run();
    }

private:
    Statement put_, erase_;
};

/// Hands every row of the table to `take`. Errors: internal, naming the field that holds what it cannot hold.
template <class Row, class Take>
Result<void> scan(Connection& connection, Take take)
{
    auto statement = connection.prepare(scan_sql<Row>());
    if (!statement) return statement.error();
    while (true) {
        const auto more = statement->step();
        if (!more) return fail(more.error().fault, std::string{Row::table} + ": " + more.error().detail, "database_damaged");
        if (!*more) return {};
        Row row;
        auto columns = statement->row();
        std::string_view damaged;
        Row::fields(row, [&columns, &damaged](std::string_view name, auto& value) {
            if (damaged.empty() && !read_value(columns, value)) damaged = name;
        });
        if (!damaged.empty())
            return fail(Fault::internal, std::string{Row::table} + "." + std::string{damaged} + " holds what it cannot hold",
                        "database_damaged");
        take(std::move(row));
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
