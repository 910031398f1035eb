#pragma once

#include "store/chain.hpp"
#include "store/row_statements.hpp"

#include <set>

namespace gatehouse::store {

/// The one connection that writes, with its statements. Store thread.
class Writer {
public:
    /// Errors: internal  the schema is not the one the rows expect.
    static Result<std::unique_ptr<Writer>> make(Connection connection, bool writable = true);

    /// Writes a page and commits it. Errors: full; internal  the disk takes no writes.
    Result<void> probe();
    bool writable() const { return writable_; }

    /// As Store::commit.
    Result<void> commit(const Batch& batch, model::ChangeNumber expected);

    Connection& connection() { return connection_; }
    Result<model::ChangeNumber> head();
    Result<ChainHead> chain_head();

    /// What the database holds as a whole, by its own word.
    Tallies& tallies() { return tallies_; }
    /// Loading found rows in this table that are not the ones that were written.
    void found_damage(std::string_view table) { damaged_.insert(table); }
    /// Mends and takes it back: a file that does not let itself be mended is damaged beyond rows, and better known before anything relies
    /// on it. Errors: as SQLite has them.
    Result<void> try_to_mend();

private:
    Writer(Connection connection, bool writable) : connection_{std::move(connection)}, writable_{writable} {}
    Result<void> prepare();
    Result<void> write(const Batch& batch, model::ChangeNumber expected);
    Result<void> write_change(const model::Change& change);
    Result<void> write_rows(const model::Change& change);
    Result<void> write_events(const model::Change& change);
    Result<void> write_event(const StoredEvent& event);
    Result<void> write_placement(const PlacementStep& step);
    Result<void> write_cursor(const Cursor& cursor);
    Result<void> mend();
    template <class Row>
    Result<void> write_anew(RowPen<Row>& pen);
    Result<void> prune(const Pruning& pruning);
    Result<void> prune_events(const Pruning& pruning);
    Result<void> prune_changes(const Pruning& pruning);
    Result<void> forget_event(EventNumber number, const std::vector<base::Uuid>& refs);

    Connection connection_;
    bool writable_;
    RowPens rows_;
    RowPen<model::Placement> placements_;
    RowPen<Cursor> cursors_;
    TallyPen tally_pen_;
    Statement begin_, commit_, rollback_, head_, chain_head_, put_change_, put_event_, put_ref_;
    Statement erase_event_, erase_ref_, chain_base_;
    ByteWriter scratch_;
    Tallies tallies_; ///< as committed
    Tallies next_;    ///< of the transaction that is being written
    std::set<std::string_view> damaged_;
    bool broken_ = false; ///< a write failed for another reason than room: what the disk holds is known after a restart only
};

} // namespace gatehouse::store
