#include "ledger/history.hpp"

#include <boost/asio/co_spawn.hpp>

namespace gatehouse::ledger {

namespace {

using Events = base::Result<std::vector<StoredEvent>>;
using Count = base::Result<std::uint64_t>;

asio::awaitable<Events> read(store::Store& store, HistoryFilter filter, EventNumber after, std::size_t limit)
{
    co_return store.history(filter, after, limit);
}

asio::awaitable<Count> verify(store::Store& store)
{
    co_return store.verify_chain();
}

/// Runs `work` on the reader's thread and comes back.
template <class T>
asio::awaitable<base::Result<T>> elsewhere(asio::any_io_executor reader, asio::awaitable<base::Result<T>> work)
{
    auto [thrown, answer] = co_await asio::co_spawn(reader, std::move(work), base::token);
    if (thrown) co_return base::fail(base::Fault::internal, "reading the history threw");
    co_return std::move(answer);
}

} // namespace

asio::awaitable<Events> History::events(HistoryFilter filter, EventNumber after, std::size_t limit)
{
    return elsewhere(reader_, read(store_, std::move(filter), after, limit));
}

asio::awaitable<Count> History::verify_chain()
{
    return elsewhere(reader_, verify(store_));
}

} // namespace gatehouse::ledger
