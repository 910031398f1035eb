#include "sim/daemon.hpp"

#include "time_keeping.hpp"

#include <boost/asio/co_spawn.hpp>

#include <stdexcept>

namespace gatehouse::sim {

namespace {

/// A coroutine that ends by an exception ends the run.
void rethrow(const std::exception_ptr& failure)
{
    if (failure) std::rethrow_exception(failure);
}

} // namespace

Daemon::Daemon(store::Store& store, base::ManualClock& clock, Field& field, std::uint64_t seed)
    : random_{seed}, keeper{clock, built(), {}}, ledger{directory, store, keeper, core_.get_executor(), disk_.get_executor(), random_},
      fleet{directory, keeper, core_.get_executor(), field}, reconciler{{directory, ledger, fleet, keeper, random_, 1 + seed % 4}},
      strikes_{directory, ledger, fleet, keeper, random_}, history_{store, core_.get_executor()},
      services_{directory, ledger, history_, reconciler, fleet, strikes_, keeper, random_}
{
    auto loaded = ledger.load();
    if (!loaded) throw std::runtime_error{loaded.error().detail};
    cursors = std::move(*loaded);
    keeper.begin(mark_in(cursors));
}

void Daemon::run()
{
    ledger.on_applied([this](const model::Change&, const ledger::TouchedDoors& doors) { reconciler.applied(doors); });
    ledger.on_durable([this](std::span<const model::Change>, const ledger::TouchedDoors& doors) { reconciler.durable(doors); });
    fleet.on_notification([this](const devices::Notification& notification) { reconciler.heard(notification); });
    asio::co_spawn(core_, boot(), rethrow);
}

asio::awaitable<void> Daemon::boot()
{
    ledger.restore_rest();
    const auto durable = co_await ledger.durable_at(ledger.head());
    if (!durable) throw std::runtime_error{durable.error().detail};
    fleet.refresh();
    reconciler.refresh(cursors);
    asio::co_spawn(core_, reconciler.watch_residuals(), rethrow);
    asio::co_spawn(core_, ledger.watch(), rethrow);
    asio::co_spawn(core_, reconciler.watch_time(), rethrow);
    asio::co_spawn(core_, keep_time(keeper, ledger), rethrow);
    up_ = true;
}

bool Daemon::turn()
{
    if (core_.stopped()) core_.restart();
    return core_.poll_one() != 0;
}

bool Daemon::disk_turn()
{
    if (disk_.stopped()) disk_.restart();
    return disk_.poll_one() != 0;
}

asio::awaitable<void> Daemon::give_word(model::DeviceId device, reconcile::Foreign word)
{
    const auto* strangers = reconciler.strangers(device);
    if (strangers == nullptr) co_return;
    auto on_all = strangers->word(word);
    const auto given = co_await reconciler.adopt(device, std::move(on_all));
    if (!given) throw std::runtime_error{given.error().detail};
}

asio::awaitable<void> Daemon::serve(Request request)
{
    http::Context context{services_, directory.workspace(request.workspace), {"front desk", "api"}, request.id};
    const auto answer = co_await request.endpoint->handler(context, request.params);
    request.told(answer);
}

void Daemon::ask(Request request)
{
    asio::co_spawn(core_, serve(std::move(request)), rethrow);
}

void Daemon::adopt(model::DeviceId device, reconcile::Foreign word)
{
    asio::co_spawn(core_, give_word(device, word), rethrow);
}

} // namespace gatehouse::sim
