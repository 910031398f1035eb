#pragma once

#include "base/clock.hpp"

namespace gatehouse {

// Word to the service manager; all of it does nothing outside a systemd service. Core thread.

void notify_ready();
void notify_reloading(); ///< until notify_ready
void notify_stopping();
/// Feeds the watchdog from the core loop for as long as it turns. Spawned once.
boost::asio::awaitable<void> feed_watchdog(base::Clock& clock);

} // namespace gatehouse
