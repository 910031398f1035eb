#include "store/store.hpp"

#include "store/reader.hpp"
#include "store/writer.hpp"

namespace gatehouse::store {

namespace {

template <std::size_t at = 0>
Result<void> scan_rows(Connection& connection, const std::function<void(model::Row&&)>& take)
{
    if constexpr (at == std::variant_size_v<model::Row>)
        return {};
    else {
        using Row = std::variant_alternative_t<at, model::Row>;
        auto scanned = scan<Row>(connection, [&take](Row&& row) { take(model::Row{std::move(row)}); });
        return scanned ? scan_rows<at + 1>(connection, take) : scanned;
    }
}

Result<std::vector<Cursor>> scan_cursors(Connection& connection)
{
    std::vector<Cursor> cursors;
    auto statement = connection.prepare("SELECT name, value FROM cursor ORDER BY name");
    if (!statement) return statement.error();
    while (true) {
        const auto more = statement->step();
        if (!more) return more.error();
        if (!*more) return cursors;
        Cursor cursor;
        auto columns = statement->row();
        if (!read_value(columns, cursor.name) || !read_value(columns, cursor.value))
            return fail(Fault::internal, "cursor holds what it cannot hold", "database_damaged");
        cursors.push_back(std::move(cursor));
    }
}

} // namespace

Store::Store(LockFile lock, std::unique_ptr<Writer> writer, std::unique_ptr<Reader> reader)
    : lock_{std::move(lock)}, writer_{std::move(writer)}, reader_{std::move(reader)}
{
}

Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Loaded> Store::load(const Sink& sink)
{
    auto& connection = writer_->connection();
    if (auto rows = scan_rows(connection, sink.row); !rows) return rows.error();
    if (auto placements = scan<model::Placement>(connection, sink.placement); !placements) return placements.error();
    auto cursors = scan_cursors(connection);
    if (!cursors) return cursors.error();
    const auto head = writer_->head();
    if (!head) return head.error();
    const auto events = writer_->chain_head();
    if (!events) return events.error();
    return Loaded{*head, *events, std::move(*cursors)};
}

Result<model::ChangeNumber> Store::snapshot(const std::function<void(model::Row&&)>& take)
{
    auto& connection = reader_->connection();
    if (auto begun = connection.execute("BEGIN"); !begun) return begun.error();
    auto number = connection.ask_number("SELECT coalesce(max(number), 0) FROM change");
    auto rows = number ? scan_rows(connection, take) : Result<void>{};
    if (auto ended = connection.execute("COMMIT"); !ended) return ended.error();
    if (!number) return number.error();
    if (!rows) return rows.error();
    return static_cast<model::ChangeNumber>(*number);
}

Result<void> Store::commit(const Batch& batch, model::ChangeNumber expected)
{
    return writer_->commit(batch, expected);
}

Result<std::vector<StoredEvent>> Store::history(const HistoryFilter& filter, EventNumber after, std::size_t limit)
{
    return reader_->history(filter, after, limit);
}

Result<std::uint64_t> Store::verify_chain()
{
    return store::verify_chain(reader_->connection());
}

} // namespace gatehouse::store
