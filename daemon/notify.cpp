#include "notify.hpp"

#include <systemd/sd-daemon.h>

namespace gatehouse {

void notify_ready()
{
    sd_notify(0, "READY=1");
}

void notify_reloading()
{
    sd_notify(0, "RELOADING=1");
}

void notify_stopping()
{
    sd_notify(0, "STOPPING=1");
}

boost::asio::awaitable<void> feed_watchdog(base::Clock& clock)
{
    std::uint64_t every = 0;
    if (sd_watchdog_enabled(0, &every) <= 0) co_return;
    for (;;) {
        sd_notify(0, "WATCHDOG=1");
        const base::microseconds pause{static_cast<std::int64_t>(every / 3)};
        co_await clock.wait_for(pause);
    }
}

} // namespace gatehouse
