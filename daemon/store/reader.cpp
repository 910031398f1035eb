#include "store/reader.hpp"

#include "store/columns.hpp"

#include <algorithm>

namespace gatehouse::store {

namespace {

/// The query for the parts of the filter that are set; values are bound, in the same order.
std::string history_sql(const HistoryFilter& filter, bool behind)
{
    std::string sql = "SELECT " + std::string{event_columns};
    sql += filter.object ? " FROM event_ref r JOIN event e ON e.number = r.event WHERE r.object = ?" : " FROM event e WHERE 1";
    const std::string number = filter.object ? "r.event" : "e.number";
    if (behind) sql += " AND " + number + (filter.newest_first ? " < ?" : " > ?");
    if (filter.workspace) sql += " AND e.workspace = ?";
    if (filter.id) sql += " AND e.id = ?";
    if (filter.since) sql += " AND e.occurred_at >= ?";
    if (filter.before) sql += " AND e.occurred_at < ?";
    for (std::size_t at = 0; at < filter.types.size(); ++at) sql += at == 0 ? " AND e.type IN (?" : ",?";
    if (!filter.types.empty()) sql += ")";
    return sql + " ORDER BY " + number + (filter.newest_first ? " DESC" : "") + " LIMIT ?";
}

} // namespace

Result<std::vector<StoredEvent>> Reader::history(const HistoryFilter& filter, EventNumber after, std::size_t limit)
{
    const bool behind = after != 0;
    const std::uint64_t rows = std::min(limit, history_limit);
    auto statement = connection_.prepare(history_sql(filter, behind));
    if (!statement) return statement.error();
    if (filter.object) write_value(*statement, *filter.object);
    if (behind) write_value(*statement, after);
    if (filter.workspace) write_value(*statement, *filter.workspace);
    if (filter.id) write_value(*statement, *filter.id);
    if (filter.since) write_value(*statement, *filter.since);
    if (filter.before) write_value(*statement, *filter.before);
    for (const auto& type : filter.types) write_value(*statement, type);
    write_value(*statement, rows);

    std::vector<StoredEvent> events;
    while (true) {
        const auto more = statement->step();
        if (!more) return more.error();
        if (!*more) return events;
        auto event = read_event(statement->row());
        if (!event) return event.error();
        events.push_back(std::move(*event));
    }
}

} // namespace gatehouse::store
