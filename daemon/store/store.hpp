#pragma once

#include "store/chain.hpp"
#include "store/damage.hpp"
#include "store/lock_file.hpp"
#include "store/reserve.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace gatehouse::store {

struct Options {
    /// Nothing is kept: tests and simulation. The directory is not looked at and nothing is locked.
    bool in_memory = false;
    /// Largest size in pages of 4 KiB; 0: as large as the disk allows.
    std::uint32_t page_limit = 0;
    /// Bytes kept back on the disk for when it is full; 0: none.
    std::uint64_t reserve = 8 * 1024 * 1024;
};

/// Where loading puts what it reads. Rows come type by type in the order of model::Row, each type in the order of its key.
struct Sink {
    std::function<void(model::Row&&)> row;
    std::function<void(model::Placement&&)> placement;
    std::function<void(Damage&&)> damaged = {}; ///< a row that is left out; at most damage_at_most
};

struct Loaded {
    model::ChangeNumber head = 0;
    ChainHead events;
    std::vector<Cursor> cursors;
};

class Writer;
class Reader;

/// The journal of record: one SQLite file in one state directory.
///
/// Units:   change and event numbers from 1, times in UTC milliseconds.
/// Threads: `load` before any other call; `commit` on one thread, `history`, `verify_chain` and `snapshot` on another, at the same time if
///          need be.
class Store {
public:
    Store(LockFile lock, Reserve reserve, std::unique_ptr<Writer> writer, std::unique_ptr<Reader> reader);
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    /// Reads everything that is current into the sink; history is not touched. A row that is not the one that was written is left out and
    /// told; the next batch with `mend` takes it out of the file.
    /// Errors: internal  the file is damaged beyond single rows (code database_damaged): a page is unreadable, was lost or is an old one.
    ///                   What the sink was given then is not to be used.
    Result<Loaded> load(const Sink& sink);

    /// The rows as they are on the disk, at one change whose number it answers; no placements. For work on a copy of the model.
    /// Errors: as load.
    Result<model::ChangeNumber> snapshot(const std::function<void(model::Row&&)>& take);

    /// Compare-and-append: in one transaction, on stable storage when it returns.
    /// Errors: conflict  the journal is not at `expected`; nothing was written;
    ///         full      no room; nothing was written, the same batch may be tried again;
    ///         internal  any other trouble: the batch is not acknowledged, every later commit fails too (code storage_failed), and only a
    ///                   restart tells what the disk holds.
    Result<void> commit(const Batch& batch, model::ChangeNumber expected);

    /// False: the file or its disk takes no writes. Everything can be read; `commit` fails with the code storage_read_only.
    bool writable() const;

    /// The space kept back for when the disk is full. `commit` that found no room may find it when this was given up. Store thread, or
    /// before the store is used.
    bool has_reserve() const { return reserve_.held(); }
    bool release_reserve() { return reserve_.release(); }   ///< false: there was none
    Result<void> take_reserve() { return reserve_.take(); } ///< errors: full  the disk has no room for it yet; internal

    /// Events behind number `after` (before it when newest first; 0: from the end), at most `limit` and never over history_limit.
    /// Errors: internal  the file is damaged.
    Result<std::vector<StoredEvent>> history(const HistoryFilter& filter, EventNumber after, std::size_t limit);

    /// Walks the chain of every event that is kept; answers how many there are. Takes seconds per million.
    /// Errors: conflict  an event was altered or is missing (code chain_broken); a cut tail or a chain written anew cannot be seen;
    ///         internal  the file is damaged.
    Result<std::uint64_t> verify_chain();

private:
    LockFile lock_;
    Reserve reserve_;
    std::unique_ptr<Writer> writer_;
    std::unique_ptr<Reader> reader_;
};

/// Opens, or begins, the database `gatehouse.db` of a state directory, holds the directory's lock, and brings the schema up to date; before
/// a step on a database in use a verified copy `before-schema-N.db` is made beside it. Files are readable by their owner alone.
/// One that takes no writes (a read-only mount, a missing right, a disk that fails the first write) is opened for reading alone.
///
/// Errors:  conflict     another process has the directory (code state_locked);
///          unsupported  written by a newer Gatehouse (code schema_newer);
///          invalid      not a Gatehouse database (code database_foreign);
///          internal     unreadable or damaged (code database_unreadable): it is left as it is, never replaced.
/// Threads: any, before the store is used.
Result<Store> open(const std::filesystem::path& directory, const Options& options = {});

/// The rows of a state directory as `Store::snapshot` has them, though a gateway may be running on it: takes no lock and writes nothing.
///
/// Errors:  not_found    there is no database;
///          those of open, and `internal` when the directory or the file may not be read.
/// Threads: any.
Result<model::ChangeNumber> look_into(const std::filesystem::path& directory, const std::function<void(model::Row&&)>& take);

} // namespace gatehouse::store
