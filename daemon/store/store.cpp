#include "store/store.hpp"

#include "store/reader.hpp"
#include "store/settings.hpp"
#include "store/writer.hpp"

namespace gatehouse::store {

namespace {

base::Error damaged_store(std::string what)
{
    return fail(Fault::internal, std::move(what), "database_damaged");
}

template <std::size_t at = 0>
Result<void> scan_rows(Connection& connection, const std::function<void(model::Row&&)>& take)
{
    if constexpr (at == std::variant_size_v<model::Row>)
        return {};
    else {
        using Row = std::variant_alternative_t<at, model::Row>;
        const auto passed_over = [](Row&&, int) {}; // what is damaged is not in the directory either
        auto scanned = scan<Row>(
            connection, [&take](Row&& row) { take(model::Row{std::move(row)}); }, passed_over);
        if (!scanned) return scanned.error();
        return scan_rows<at + 1>(connection, take);
    }
}

/// While it lives the connection keeps few pages: those of a scan are not read again, and what the model takes would lie between them.
class SmallCache {
public:
    explicit SmallCache(Connection& connection) : connection_{connection} { set(scan_cache_kib); }
    ~SmallCache() { set(writer_cache_kib); }
    SmallCache(const SmallCache&) = delete;
    SmallCache& operator=(const SmallCache&) = delete;

private:
    void set(int kib) { [[maybe_unused]] const auto set = connection_.execute("PRAGMA cache_size=-" + std::to_string(kib)); }
    Connection& connection_;
};

/// Reads every table and holds it against its tally.
class Reading {
public:
    Reading(Writer& writer, const Sink& sink) : writer_{writer}, sink_{sink} {}

    template <std::size_t at = 0>
    Result<void> rows()
    {
        if constexpr (at == std::variant_size_v<model::Row>)
            return {};
        else {
            using Row = std::variant_alternative_t<at, model::Row>;
            auto done = table<Row>([this](Row&& row) { sink_.row(model::Row{std::move(row)}); });
            return done ? rows<at + 1>() : done;
        }
    }

    template <class Row>
    Result<void> table(const std::function<void(Row&&)>& take)
    {
        const auto broken = [this](Row&& row, int read) {
            if (++broken_ <= damage_at_most && sink_.damaged) sink_.damaged(damage_of(row, read));
        };
        const auto scanned = scan<Row>(writer_.connection(), take, broken);
        if (!scanned) return damaged_store(scanned.error().detail);
        const std::string name{Row::table};
        if (broken_ > damage_at_most) return damaged_store(name + ": more than " + std::to_string(damage_at_most) + " rows are damaged");
        if (!agree(scanned->tally, writer_.tallies().of(name), scanned->damaged))
            return damaged_store("table " + name + " is not the one that was written");
        if (scanned->damaged != 0) writer_.found_damage(Row::table);
        return {};
    }

private:
    Writer& writer_;
    const Sink& sink_;
    std::size_t broken_ = 0;
};

} // namespace

Store::Store(LockFile lock, Reserve reserve, std::unique_ptr<Writer> writer, std::unique_ptr<Reader> reader)
    : lock_{std::move(lock)}, reserve_{std::move(reserve)}, writer_{std::move(writer)}, reader_{std::move(reader)}
{
}

Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Loaded> Store::load(const Sink& sink)
{
    Loaded loaded;
    const SmallCache small{writer_->connection()};
    Reading reading{*writer_, sink};
    if (auto rows = reading.rows(); !rows) return rows.error();
    if (auto placements = reading.table<model::Placement>(sink.placement); !placements) return placements.error();
    const auto take = [&loaded](Cursor&& cursor) { loaded.cursors.push_back(std::move(cursor)); };
    if (auto cursors = reading.table<Cursor>(take); !cursors) return cursors.error();
    const auto head = writer_->head();
    if (!head) return damaged_store("change: " + head.error().detail);
    const auto events = writer_->chain_head();
    if (!events) return damaged_store("event: " + events.error().detail);
    if (*head != writer_->tallies().head || *events != writer_->tallies().events)
        return damaged_store("the journal does not end where it was left");
    if (auto mendable = writer_->try_to_mend(); !mendable)
        return damaged_store("damaged rows cannot be taken out: " + mendable.error().detail);
    loaded.head = *head;
    loaded.events = *events;
    return loaded;
}

bool Store::writable() const
{
    return writer_->writable();
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
