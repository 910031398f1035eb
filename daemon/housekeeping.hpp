#pragma once

#include "ledger/ledger.hpp"

namespace gatehouse {

/// Door actions that were under way when the daemon last ended are closed as errors: nobody knows any more how they went.
/// Errors: those of Ledger::apply.
base::Result<void> close_lost_attempts(const model::Directory& directory, ledger::Ledger& ledger);

/// Forgets events beyond the newest ten million, a few thousand at a time, beside other commits. Spawned once.
boost::asio::awaitable<void> forget_old_history(ledger::Ledger& ledger, base::Clock& clock);

} // namespace gatehouse
