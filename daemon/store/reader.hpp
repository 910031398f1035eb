#pragma once

#include "store/chain.hpp"

namespace gatehouse::store {

/// The query-only connection. Reader thread.
class Reader {
public:
    explicit Reader(Connection connection) : connection_{std::move(connection)} {}

    /// As Store::history.
    Result<std::vector<StoredEvent>> history(const HistoryFilter& filter, EventNumber after, std::size_t limit);
    Connection& connection() { return connection_; }

private:
    Connection connection_;
};

} // namespace gatehouse::store
