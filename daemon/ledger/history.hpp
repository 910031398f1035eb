#pragma once

#include "base/clock.hpp"
#include "store/store.hpp"

namespace gatehouse::ledger {

namespace asio = boost::asio;

using store::EventNumber;
using store::HistoryFilter;
using store::StoredEvent;

/// What happened, asked of the disk on a thread of its own.
///
/// Threads: asked on the core thread, answered there; the reader's executor has one thread.
class History {
public:
    History(store::Store& store, asio::any_io_executor reader) : store_{store}, reader_{std::move(reader)} {}

    /// Events behind number `after` (before it when newest first; 0: from the end), at most `limit` and never over store::history_limit.
    /// Errors: internal  the database is damaged.
    asio::awaitable<base::Result<std::vector<StoredEvent>>> events(HistoryFilter filter, EventNumber after, std::size_t limit);

    /// Walks the chain of all events; answers how many there are. Seconds, for millions.
    /// Errors: conflict  an event was altered or is missing (code chain_broken); internal.
    asio::awaitable<base::Result<std::uint64_t>> verify_chain();

private:
    store::Store& store_;
    asio::any_io_executor reader_;
};

} // namespace gatehouse::ledger
