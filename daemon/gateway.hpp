#pragma once

#include "access/strikes.hpp"
#include "base/timekeeper.hpp"
#include "configuration.hpp"
#include "devices/process.hpp"
#include "http/api/api.hpp"
#include "http/context.hpp"
#include "http/transport/server.hpp"
#include "options.hpp"
#include "settings/settings.hpp"

#include <boost/asio/thread_pool.hpp>

namespace gatehouse {

/// Every room, built in order and torn down in reverse: store, ledger, devices, reconcile, HTTP. Core thread.
class Gateway {
public:
    /// Opens the state directory, loads the model and applies the configuration to it. Errors: for people, naming file or address.
    static base::Result<std::unique_ptr<Gateway>> build(boost::asio::io_context& core, const Options& options,
                                                        const settings::Settings& settings);
    ~Gateway();

    /// Waits until the configuration is durable, starts drivers and lanes, and serves. Returns when everything is up.
    boost::asio::awaitable<base::Result<void>> run();
    /// Stops serving, lets requests finish, ends the drivers. At most about five seconds.
    boost::asio::awaitable<void> stop();

    /// Reads the configuration file again and applies it; the journal tells what came of it.
    boost::asio::awaitable<void> reload() { return configuration_.reload(); }

    void on_storage_failure(std::function<void()> listener) { storage_failed_ = std::move(listener); }

    /// After `stop`: false while the store thread hangs in a disk that answers no more. Then only the end of the process helps.
    bool at_rest() const { return at_rest_; }
    /// A configuration is still being tried out on another thread, which may wait for a driver: nobody needs what comes of it.
    bool trying() const { return configuration_.busy(); }

private:
    Gateway(boost::asio::io_context& core, const Options& options, const settings::Settings& settings, store::Store store);

    base::Result<void> load();
    base::Result<void> listen();
    void connect();
    base::Result<http::Context> open(const http::api::Visit& visit);

    boost::asio::io_context& core_;
    const Options options_;
    const settings::Settings settings_;
    base::SystemClock machine_clock_;
    base::Timekeeper clock_;
    base::SystemRandom random_;
    store::LockFile runtime_; ///< of the runtime folder
    store::Store store_;
    boost::asio::thread_pool store_thread_{1}, other_thread_{1}; ///< who writes; who reads, and tries out
    model::Directory directory_;
    ledger::Ledger ledger_;
    ledger::History history_;
    std::vector<ledger::Cursor> cursors_;
    devices::ProcessLauncher launcher_;
    devices::Fleet fleet_;
    reconcile::Reconciler reconciler_;
    access::Strikes strikes_;
    http::Services services_;
    Configuration configuration_;
    std::unique_ptr<http::api::Api<http::Context>> api_;
    std::optional<http::transport::Server> server_;
    std::function<void()> storage_failed_;
    bool at_rest_ = true;
};

} // namespace gatehouse
