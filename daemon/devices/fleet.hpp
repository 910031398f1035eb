#pragma once

#include "base/clock.hpp"
#include "devices/channel.hpp"
#include "devices/types.hpp"
#include "model/directory.hpp"

#include <functional>
#include <map>
#include <memory>

namespace gatehouse::devices {

class Supervisor;

/// Every line and device of the site, each served by a driver process that is started, watched and replaced.
///
/// Requests may be made at any time and always answer by `budget`: `offline` when no driver serves the device now, `unknown` when its
/// driver went away with the request outstanding. One table request (read_table, digest, apply) is outstanding per device; an apply
/// may follow a running read_table, which then ends partial.
/// Threads: the core's.
class Fleet {
public:
    Fleet(const model::Directory& directory, base::Clock& clock, boost::asio::any_io_executor core, Launcher& launcher);
    ~Fleet();

    /// Starts what the directory names; to be called again after lines, devices or doors changed.
    void refresh();
    /// The lines and devices that `refresh` would open anew because their secrets are others now; reads them.
    boost::asio::awaitable<Exchanged> exchanged() const;
    /// Asks every driver to shut down and waits until all are gone or `budget` is over.
    boost::asio::awaitable<void> stop(base::milliseconds budget);

    boost::asio::awaitable<TableRead> read_table(model::DeviceId device, base::milliseconds budget);
    /// The digest of the device's table; nothing when it has none or did not answer.
    boost::asio::awaitable<std::optional<std::string>> digest(model::DeviceId device, base::milliseconds budget);
    /// At most 128 steps; answers one outcome a step, in order.
    boost::asio::awaitable<std::vector<Outcome>> apply(model::DeviceId device, std::vector<Step> steps, base::milliseconds budget);
    boost::asio::awaitable<Outcome> strike(model::DeviceId device, std::int64_t output, base::milliseconds pulse,
                                           base::milliseconds budget);

    /// What was heard was another unit's: this one was never heard, and is online when it has answered or said so.
    void never_heard(const model::DeviceId& device);

    /// Null for a device the directory does not name.
    const DeviceStatus* status(const model::DeviceId& device) const;

    /// How far the device's own clock is ahead of the gateway's (behind: below 0), by what it last told; nothing when it never did, or is
    /// heard and does not tell it any more.
    std::optional<base::milliseconds> clock_offset(const model::DeviceId& device) const;
    /// When that was told last.
    std::optional<base::Instant> clock_told_at(const model::DeviceId& device) const;
    /// Judges the clocks of some devices anew, of those behind the one; answers behind which to go on, nothing when all were looked at.
    std::optional<model::DeviceId> look_at_clocks(const std::optional<model::DeviceId>& behind, std::size_t most);
    /// What was known of a device's clock before the gateway started.
    void remember_clock(const model::DeviceId& device, DeviceClock clock);
    /// Its settings differed when the gateway ended.
    void remember_difference(const model::DeviceId& device);
    /// Since when nobody knows whether the settings of a device that is there are right; nothing when they are known, it has none, or there
    /// was no time to ask yet.
    std::optional<base::Instant> settings_unknown_since(const model::DeviceId& device) const;
    /// Whether what the device holds can be expected to end there by its own clock, out of reach as well.
    bool ends_by_itself(const model::DeviceId& device) const;

    /// Called on the core thread for everything drivers report; kept for the life of the fleet.
    void on_notification(std::function<void(const Notification&)> listener);

private:
    std::unique_ptr<Supervisor> supervisor_;
};

} // namespace gatehouse::devices
