#pragma once

#include "base/timekeeper.hpp"
#include "ledger/ledger.hpp"

#include <filesystem>
#include <span>

namespace gatehouse {

/// The day this program was built; no clock is right that says less.
base::Instant build_day();

/// When a time service last touched its marker, a file under /run.
base::Timekeeper::Marker marker_at(std::filesystem::path file);

/// The mark an earlier run left; nothing when there is none, or none that can be read.
std::optional<base::Mark> mark_in(std::span<const ledger::Cursor> cursors);

/// Puts down the mark, without waiting for the disk: that of the last trusted instant, and whether the clock was caught wrong since.
void put_mark(const base::Timekeeper& keeper, ledger::Ledger& ledger);

/// Watches over the clock: looks at the marker every second, leaves a mark every minute and whenever trust is lost or won, and
/// records that. Runs for ever; spawned once.
boost::asio::awaitable<void> keep_time(base::Timekeeper& keeper, ledger::Ledger& ledger);

} // namespace gatehouse
