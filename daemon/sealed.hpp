#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/transport/server.hpp"
#include "options.hpp"
#include "settings/settings.hpp"
#include "store/lock_file.hpp"

#include <optional>

namespace gatehouse {

/// Whether this is an error of the database itself, which is then left as it is and not used.
bool seals(const base::Error& error);

/// What runs when the database cannot be used: it answers `/health` with the reason and everything else with 503. No driver is started, so
/// no door opens by it and nothing is written to a controller. Core thread.
class Sealed {
public:
    /// Errors: for people, naming the address.
    static base::Result<std::unique_ptr<Sealed>> build(boost::asio::io_context& core, const Options& options,
                                                       const settings::Settings& settings, const base::Error& why);

    /// Begins to answer. Errors: internal.
    base::Result<void> start();
    boost::asio::awaitable<void> stop();

private:
    Sealed(const Options& options, std::string reason) : options_{options}, reason_{std::move(reason)} {}
    boost::asio::awaitable<http::transport::Response> answer(const http::transport::Request& request) const;

    const Options options_;
    const std::string reason_; ///< a code: the path and the detail are for the log
    base::SystemClock clock_;
    base::SystemRandom random_;
    store::LockFile runtime_;
    std::optional<http::transport::Server> server_;
};

} // namespace gatehouse
