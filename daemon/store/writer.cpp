#include "store/writer.hpp"

#include "store/rows_blob.hpp"
#include "store/schema.hpp"

namespace gatehouse::store {

namespace {

Result<void> prepare_pen(Connection& connection, auto& pen)
{
    auto made = std::remove_cvref_t<decltype(pen)>::make(connection);
    if (!made) return made.error();
    pen = std::move(*made);
    return {};
}

} // namespace

Result<std::unique_ptr<Writer>> Writer::make(Connection connection, bool writable)
{
    std::unique_ptr<Writer> writer{new Writer{std::move(connection), writable}};
    if (auto ready = writer->prepare(); !ready) return ready.error();
    return writer;
}

Result<void> Writer::prepare()
{
    const std::pair<Statement*, std::string_view> fixed[] = {
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        {&head_, "SELECT number FROM change ORDER BY number DESC LIMIT 1"},
        {&chain_head_, "SELECT number, chain FROM event UNION ALL SELECT number, chain FROM chain_base ORDER BY number DESC LIMIT 1"},
        {&put_change_, "INSERT INTO change(number, at, who, source, request, version, rows) VALUES(?,?,?,?,?,?,?)"},
        {&put_event_, "INSERT INTO event(number, change, id, workspace, type, occurred_at, who, source, body, refs, chain)"
                      " VALUES(?,?,?,?,?,?,?,?,?,?,?)"},
        {&put_ref_, "INSERT OR IGNORE INTO event_ref(object, event) VALUES(?,?)"},
        {&erase_event_, "DELETE FROM event WHERE number = ?"},
        {&erase_ref_, "DELETE FROM event_ref WHERE object = ? AND event = ?"},
        {&chain_base_, "UPDATE chain_base SET number = ?, chain = ?"},
    };
    for (const auto& [statement, sql] : fixed) {
        auto prepared = connection_.prepare(sql);
        if (!prepared) return prepared.error();
        *statement = std::move(*prepared);
    }
    auto tallies = read_tallies(connection_);
    if (!tallies) return tallies.error();
    tallies_ = std::move(*tallies);
    Result<void> ready = prepare_pen(connection_, placements_);
    if (ready) ready = prepare_pen(connection_, cursors_);
    if (ready) ready = prepare_pen(connection_, tally_pen_);
    std::apply([this, &ready](auto&... pens) { ((ready = ready ? prepare_pen(connection_, pens) : ready), ...); }, rows_);
    return ready;
}

Result<model::ChangeNumber> Writer::head()
{
    const auto row = head_.step();
    if (!row) return row.error();
    model::ChangeNumber number = 0;
    auto columns = head_.row();
    const bool sound = !*row || read_value(columns, number);
    head_.reset();
    if (!sound) return fail(Fault::internal, "change.number holds what it cannot hold", "database_damaged");
    return number;
}

Result<ChainHead> Writer::chain_head()
{
    const auto row = chain_head_.step();
    if (!row) return row.error();
    ChainHead head;
    auto columns = chain_head_.row();
    const bool sound = *row && read_value(columns, head.number) && read_value(columns, head.chain);
    chain_head_.reset();
    if (!sound) return fail(Fault::internal, "event.chain holds what it cannot hold", "database_damaged");
    return head;
}

Result<void> Writer::commit(const Batch& batch, model::ChangeNumber expected)
{
    if (!writable_) return fail(Fault::internal, "the database cannot be written", "storage_read_only");
    if (broken_) return fail(Fault::internal, "an earlier write failed; only a restart tells what the disk holds", "storage_failed");
    next_ = tallies_;
    auto done = begin_.run();
    if (done) done = write(batch, expected);
    if (done) done = tally_pen_.put(next_);
    if (done) done = commit_.run();
    if (done) {
        std::swap(tallies_, next_);
        if (batch.mend) damaged_.clear();
        return done;
    }

    broken_ = done.error().fault != Fault::full && done.error().fault != Fault::conflict;
    if (connection_.in_transaction())
        if (const auto undone = rollback_.run(); !undone) broken_ = true;
    return done;
}

Result<void> Writer::write(const Batch& batch, model::ChangeNumber expected)
{
    const auto found = head();
    if (!found) return found.error();
    if (*found != expected)
        return fail(Fault::conflict, "the journal is at change " + std::to_string(*found) + ", not at " + std::to_string(expected));
    const auto tip = chain_head();
    if (!tip) return tip.error();
    next_.events = *tip;
    if (batch.mend)
        if (auto mended = mend(); !mended) return mended;

    auto last = expected;
    for (const auto& change : batch.changes) {
        const bool events_only = change.number == last && change.rows.empty();
        if (!events_only && change.number != last + 1)
            return fail(Fault::internal, "change " + std::to_string(change.number) + " does not follow " + std::to_string(last));
        last = next_.head = change.number;
        if (!events_only)
            if (auto written = write_change(change); !written) return written;
        if (auto written = write_events(change); !written) return written;
    }
    for (const auto& step : batch.placements)
        if (auto written = write_placement(step); !written) return written;
    for (const auto& cursor : batch.cursors)
        if (auto written = write_cursor(cursor); !written) return written;
    if (batch.pruning) return prune(*batch.pruning);
    return {};
}

Result<void> Writer::write_change(const model::Change& change)
{
    if (auto written = write_rows(change); !written) return written;
    scratch_.clear();
    store::write_rows(scratch_, change.rows);
    write_value(put_change_, change.number);
    write_value(put_change_, change.at);
    write_value(put_change_, change.actor.name);
    write_value(put_change_, change.actor.source);
    write_value(put_change_, change.request);
    put_change_.integer(migrations().back().version);
    put_change_.blob(scratch_.bytes());
    return put_change_.run();
}

Result<void> Writer::write_rows(const model::Change& change)
{
    for (const auto& [row, erase] : change.rows) {
        auto written = std::visit(
            [this, erase = erase](const auto& value) {
                auto& pen = std::get<RowPen<std::remove_cvref_t<decltype(value)>>>(rows_);
                auto& tally = next_.of(value.table);
                return erase ? pen.erase(value, tally) : pen.put(value, tally);
            },
            row);
        if (!written) return written;
    }
    return {};
}

Result<void> Writer::write_events(const model::Change& change)
{
    for (const auto& event : change.events) {
        StoredEvent stored{.number = next_.events.number + 1,
                           .change = change.number,
                           .id = event.id,
                           .workspace = event.workspace,
                           .type = event.type,
                           .occurred_at = event.occurred_at,
                           .who = change.actor.name,
                           .source = change.actor.source,
                           .body = body_text(event),
                           .refs = event.refs};
        stored.chain = chained(next_.events.chain, stored, scratch_);
        if (auto written = write_event(stored); !written) return written;
        next_.events = {stored.number, stored.chain};
    }
    return {};
}

Result<void> Writer::write_event(const StoredEvent& event)
{
    const auto refs = packed(event.refs);
    write_value(put_event_, event.number);
    write_value(put_event_, event.change);
    write_value(put_event_, event.id);
    write_value(put_event_, event.workspace);
    write_value(put_event_, event.type);
    write_value(put_event_, event.occurred_at);
    write_value(put_event_, event.who);
    write_value(put_event_, event.source);
    write_value(put_event_, event.body);
    put_event_.blob(refs);
    write_value(put_event_, event.chain);
    if (auto written = put_event_.run(); !written) return written;
    for (const auto& ref : event.refs) {
        write_value(put_ref_, ref);
        write_value(put_ref_, event.number);
        if (auto written = put_ref_.run(); !written) return written;
    }
    return {};
}

Result<void> Writer::write_placement(const PlacementStep& step)
{
    auto& tally = next_.of(model::Placement::table);
    if (const auto* placement = std::get_if<model::Placement>(&step)) return placements_.put(*placement, tally);
    const auto& key = std::get<PlacementKey>(step);
    model::Placement gone;
    gone.device = key.device;
    gone.key = key.key;
    return placements_.erase(gone, tally);
}

Result<void> Writer::write_cursor(const Cursor& cursor)
{
    auto& tally = next_.of(Cursor::table);
    return cursor.value.empty() ? cursors_.erase(cursor, tally) : cursors_.put(cursor, tally);
}

/// A damaged row may stand where no look-up finds it, so the whole table is emptied and its sound rows are put again.
template <class Row>
Result<void> Writer::write_anew(RowPen<Row>& pen)
{
    if (!damaged_.contains(Row::table)) return {};
    std::vector<Row> sound;
    const auto scanned = scan<Row>(
        connection_, [&sound](Row&& row) { sound.push_back(std::move(row)); }, [](Row&&, int) {});
    if (!scanned) return scanned.error();
    if (auto emptied = connection_.execute("DELETE FROM " + in_quotes(Row::table)); !emptied) return emptied;
    auto& tally = next_.of(Row::table);
    tally = {};
    for (const auto& row : sound)
        if (auto put = pen.put(row, tally); !put) return put;
    return {};
}

Result<void> Writer::mend()
{
    auto mended = write_anew(placements_);
    if (mended) mended = write_anew(cursors_);
    std::apply([this, &mended](auto&... pens) { ((mended = mended ? write_anew(pens) : mended), ...); }, rows_);
    return mended;
}

Result<void> Writer::probe()
{
    auto done = begin_.run();
    if (done) done = tally_pen_.put(tallies_);
    if (done) done = commit_.run();
    if (!done && connection_.in_transaction())
        if (auto undone = rollback_.run(); !undone) return undone;
    return done;
}

Result<void> Writer::try_to_mend()
{
    if (damaged_.empty() || !writable_) return {};
    next_ = tallies_;
    auto done = begin_.run();
    if (done) done = mend();
    if (connection_.in_transaction())
        if (auto undone = rollback_.run(); !undone) return undone;
    return done;
}

} // namespace gatehouse::store
