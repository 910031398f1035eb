#include "store/rows_blob.hpp"

#include "store/columns.hpp"

namespace gatehouse::store {

using base::fail;
using base::Fault;

namespace {

/// Visits the fields that a mutation records.
template <class Row, class Visit>
void recorded_fields(Row& row, bool erase, Visit visit)
{
    int at = 0;
    std::remove_const_t<Row>::fields(row, [&at, erase, &visit](std::string_view name, auto& value) {
        if (!erase || at < std::remove_const_t<Row>::keys || name == "workspace") visit(name, value);
        ++at;
    });
}

/// The first alternative of Row whose table has this name, default-made.
template <std::size_t at = 0>
std::optional<model::Row> row_of(std::string_view table)
{
    if constexpr (at == std::variant_size_v<model::Row>)
        return std::nullopt;
    else {
        using Row = std::variant_alternative_t<at, model::Row>;
        if (Row::table == table) return model::Row{Row{}};
        return row_of<at + 1>(table);
    }
}

base::Result<model::Mutation> read_row(ByteReader& in)
{
    std::string_view table;
    bool erase = false;
    if (!in.text(table)) return fail(Fault::invalid, "no table name");
    auto row = row_of(table);
    if (!row) return fail(Fault::invalid, "unknown table");
    if (!read_value(in, erase)) return fail(Fault::invalid, std::string{table} + ": neither put nor erased");
    std::string_view damaged;
    std::visit(
        [&in, &damaged, erase](auto& value) {
            recorded_fields(value, erase, [&in, &damaged](std::string_view name, auto& field) {
                if (damaged.empty() && !read_value(in, field)) damaged = name;
            });
        },
        *row);
    if (!damaged.empty()) return fail(Fault::invalid, std::string{table} + "." + std::string{damaged} + " is damaged");
    return model::Mutation{std::move(*row), erase};
}

} // namespace

void write_rows(ByteWriter& out, const std::vector<model::Mutation>& rows)
{
    for (const auto& [row, erase] : rows)
        std::visit(
            [&out, erase = erase](const auto& value) {
                out.text(value.table);
                write_value(out, erase);
                recorded_fields(value, erase, [&out](std::string_view, const auto& field) { write_value(out, field); });
            },
            row);
}

base::Result<std::vector<model::Mutation>> read_rows(std::span<const std::byte> bytes)
{
    ByteReader in{bytes};
    std::vector<model::Mutation> rows;
    while (!in.at_end()) {
        auto row = read_row(in);
        if (!row) return fail(Fault::invalid, "row " + std::to_string(rows.size() + 1) + ": " + row.error().detail);
        rows.push_back(std::move(*row));
    }
    return rows;
}

} // namespace gatehouse::store
