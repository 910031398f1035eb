#pragma once

#include "base/timekeeper.hpp"
#include "http/context.hpp"
#include "reconcile/truth.hpp"
#include "sim/field.hpp"

#include <boost/asio/io_context.hpp>

namespace gatehouse::sim {

namespace asio = boost::asio;

/// The daemon's own rooms, put together as in service: ledger, devices, reconcile over one store, endpoints without a wire. It is killed by
/// being destroyed; what the disk has not done by then is lost.
class Daemon {
public:
    Daemon(store::Store& store, base::ManualClock& clock, Field& field, std::uint64_t seed);

    /// No clock is right that says less.
    static base::Instant built() { return base::Instant{std::chrono::sys_days{std::chrono::year{2027} / 2 / 1}}; }

    /// Waits until what was declared is durable, then starts drivers and lanes.
    void run();
    /// One handler of the core thread. False when it has nothing to do.
    bool turn();
    /// One transaction, if one waits.
    bool disk_turn();
    void adopt(model::DeviceId device, reconcile::Foreign word);
    /// A request whose parameters were read, of a workspace's own key.
    struct Request {
        const http::Endpoint* endpoint;
        http::Params params;
        model::WorkspaceId workspace;
        std::string id;
        std::function<void(const http::Answer&)> told;
    };
    void ask(Request request);
    bool up() const { return up_; }

private:
    asio::awaitable<void> boot();
    asio::awaitable<void> give_word(model::DeviceId device, reconcile::Foreign word);
    asio::awaitable<void> serve(Request request);

    asio::io_context core_, disk_;
    base::SeededRandom random_;
    bool up_ = false;

public:
    base::Timekeeper keeper;
    model::Directory directory;
    ledger::Ledger ledger;
    std::vector<ledger::Cursor> cursors;
    devices::Fleet fleet;
    reconcile::Reconciler reconciler;

private:
    access::Strikes strikes_;
    ledger::History history_;
    http::Services services_;
};

} // namespace gatehouse::sim
