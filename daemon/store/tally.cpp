#include "store/tally.hpp"

#include "store/columns.hpp"
#include "store/row_hash.hpp"
#include "store/row_statements.hpp"

namespace gatehouse::store {

namespace {

base::Error damaged_tally(std::string what)
{
    return fail(Fault::internal, std::move(what), "database_damaged");
}

std::uint64_t hash_of(std::span<const std::byte> body)
{
    return base::xxhash(body, hash_seed("integrity"));
}

void write(ByteWriter& out, const Tallies& tallies)
{
    write_value(out, tallies.head);
    write_value(out, tallies.events.number);
    write_value(out, tallies.events.chain);
    for (const auto& [table, tally] : tallies.tables) {
        out.text(table);
        write_value(out, tally.rows);
        write_value(out, tally.sum);
    }
}

bool read(ByteReader in, Tallies& tallies)
{
    if (!read_value(in, tallies.head) || !read_value(in, tallies.events.number) || !read_value(in, tallies.events.chain)) return false;
    while (!in.at_end()) {
        std::string_view table;
        Tally tally;
        if (!in.text(table) || !read_value(in, tally.rows) || !read_value(in, tally.sum)) return false;
        tallies.of(table) = tally;
    }
    return true;
}

/// A table whose rows carry hashes, with its other columns.
struct Hashed {
    std::string table, columns;
    std::string hash() const { return "hash_of_row('" + table + "'," + columns + ")"; }
};

Result<std::vector<std::string>> names(Connection& connection, std::string_view sql, std::string_view of = {})
{
    auto statement = connection.prepare(sql);
    if (!statement) return statement.error();
    if (!of.empty()) statement->text(of);
    std::vector<std::string> found;
    while (true) {
        const auto more = statement->step();
        if (!more) return more.error();
        if (!*more) return found;
        std::string_view name;
        if (!statement->row().text(name)) return damaged_tally("the schema cannot be read");
        found.emplace_back(name);
    }
}

Result<std::vector<Hashed>> hashed_tables(Connection& connection)
{
    const auto tables = names(connection, "SELECT name FROM sqlite_master WHERE type = 'table'");
    if (!tables) return tables.error();
    std::vector<Hashed> found;
    for (const auto& table : *tables) {
        const auto columns = names(connection, "SELECT name FROM pragma_table_info(?) ORDER BY cid", table);
        if (!columns) return columns.error();
        Hashed hashed{table, {}};
        bool has_hash = false;
        for (const auto& column : *columns)
            if (column == hash_column)
                has_hash = true;
            else
                hashed.columns += (hashed.columns.empty() ? "" : ",") + in_quotes(column);
        if (has_hash) found.push_back(std::move(hashed));
    }
    return found;
}

Result<Tally> count(Connection& connection, const std::string& table)
{
    auto statement = connection.prepare("SELECT coalesce(row_hash, 0) FROM " + in_quotes(table));
    if (!statement) return statement.error();
    Tally tally;
    while (true) {
        const auto more = statement->step();
        if (!more) return more.error();
        if (!*more) return tally;
        auto row = statement->row();
        std::uint64_t hash = 0;
        read_value(row, hash); // what is no number is no hash
        tally.add(hash);
    }
}

} // namespace

Result<Tallies> read_tallies(Connection& connection)
{
    auto statement = connection.prepare("SELECT body, hash FROM integrity");
    if (!statement) return statement.error();
    const auto found = statement->step();
    if (!found) return found.error();
    if (!*found) return damaged_tally("the tallies of the tables are missing");
    auto row = statement->row();
    std::span<const std::byte> body;
    std::uint64_t hash = 0;
    Tallies tallies;
    if (!row.blob(body) || !read_value(row, hash) || hash != hash_of(body) || !read(ByteReader{body}, tallies))
        return damaged_tally("the tallies of the tables are damaged");
    return tallies;
}

Result<TallyPen> TallyPen::make(Connection& connection)
{
    auto statement = connection.prepare("INSERT OR REPLACE INTO integrity(only, body, hash) VALUES(1, ?, ?)");
    if (!statement) return statement.error();
    TallyPen pen;
    pen.statement_ = std::move(*statement);
    return pen;
}

Result<void> TallyPen::put(const Tallies& tallies)
{
    body_.clear();
    write(body_, tallies);
    statement_.blob(body_.bytes());
    write_value(statement_, hash_of(body_.bytes()));
    return statement_.run();
}

Result<void> check_rows(Connection& connection)
{
    const auto tables = hashed_tables(connection);
    if (!tables) return tables.error();
    if (tables->empty()) return {};
    auto tallies = read_tallies(connection);
    if (!tallies) return tallies.error();
    for (const auto& table : *tables) {
        const auto found = count(connection, table.table);
        if (!found) return found.error();
        auto marked = connection.execute("UPDATE " + in_quotes(table.table) + " SET row_hash = NULL WHERE row_hash <> " + table.hash());
        if (!marked) return marked;
        const auto bad = connection.ask_number("SELECT count(*) FROM " + in_quotes(table.table) + " WHERE row_hash IS NULL");
        if (!bad) return bad.error();
        if (!agree(*found, tallies->of(table.table), static_cast<std::uint64_t>(*bad)))
            return damaged_tally("table " + table.table + " is not the one that was written");
    }
    return {};
}

Result<void> hash_rows(Connection& connection)
{
    const auto tables = hashed_tables(connection);
    if (!tables) return tables.error();
    if (tables->empty()) return {};
    Tallies tallies;
    for (const auto& table : *tables) {
        auto hashed = connection.execute("UPDATE " + in_quotes(table.table) + " SET row_hash = " + table.hash() +
                                         " WHERE row_hash IS NOT NULL AND row_hash <> " + table.hash());
        if (!hashed) return hashed;
        const auto found = count(connection, table.table);
        if (!found) return found.error();
        tallies.of(table.table) = *found;
    }
    const auto head = read_head(connection);
    if (!head) return head.error();
    tallies.head = *head;
    const auto events = read_chain_head(connection);
    if (!events) return events.error();
    tallies.events = *events;
    auto pen = TallyPen::make(connection);
    if (!pen) return pen.error();
    return pen->put(tallies);
}

} // namespace gatehouse::store
