#include "gateway.hpp"

#include "access/tokens.hpp"
#include "base/heap.hpp"
#include "base/vital.hpp"
#include "housekeeping.hpp"
#include "http/endpoints.hpp"
#include "listening.hpp"
#include "notify.hpp"
#include "secrets.hpp"
#include "time_keeping.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <spdlog/spdlog.h>

#include <unistd.h>

namespace gatehouse {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using base::Fault;
using base::milliseconds;

namespace {

constexpr milliseconds drain{1'500}, drivers_end{2'500}, last_commit{1'000};

} // namespace

base::Result<std::unique_ptr<Gateway>> Gateway::build(asio::io_context& core, const Options& options, const settings::Settings& settings)
{
    std::error_code failed;
    fs::create_directories(options.state.parent_path(), failed); // the folder itself is made by the store, for nobody else
    fs::create_directories(options.runtime, failed);
    if (failed)
        return base::fail(Fault::internal, "the runtime folder " + options.runtime.string() + " cannot be made: " + failed.message());
    auto runtime = store::LockFile::take(options.runtime / "lock");
    if (!runtime) return runtime.error(); // a second gateway with another state would take over the socket of the first
    remove_listening(options);            // of a daemon that was killed: its ports are not ours
    auto store = store::open(options.state);
    if (!store) return store.error();
    std::unique_ptr<Gateway> gateway{new Gateway{core, options, settings, std::move(*store)}};
    gateway->runtime_ = std::move(*runtime);
    if (auto loaded = gateway->load(); !loaded) return loaded.error();
    base::give_back_memory(); // of the load
    gateway->connect();
    if (auto listening = gateway->listen(); !listening) return listening.error();
    return gateway;
}

Gateway::Gateway(asio::io_context& core, const Options& options, const settings::Settings& settings, store::Store store)
    : core_{core}, options_{options}, settings_{settings}, clock_{machine_clock_, build_day(), marker_at(options.sync_marker)},
      store_{std::move(store)}, ledger_{directory_, store_, clock_, core.get_executor(), store_thread_.get_executor(), random_},
      history_{store_, other_thread_.get_executor()}, launcher_{core.get_executor(), options.drivers, options.profiles, read_secret},
      fleet_{directory_, clock_, core.get_executor(), launcher_}, reconciler_{{directory_, ledger_, fleet_, clock_, random_}},
      strikes_{directory_, ledger_, fleet_, clock_, random_},
      services_{directory_,
                ledger_,
                history_,
                reconciler_,
                fleet_,
                strikes_,
                clock_,
                random_,
                settings.policy.identity_delete == settings::IdentityDelete::cascade,
                settings.site.time_zone,
                {settings.policy.pin.min_length, settings.policy.pin.refuse_trivial},
                &configuration_,
                &clock_},
      configuration_{{options_, directory_, ledger_, store_, fleet_, reconciler_, clock_, services_, cursors_},
                     other_thread_.get_executor()}
{
}

Gateway::~Gateway()
{
    other_thread_.join();
    store_thread_.join();
}

/// The model as it was, then the file as a change of it.
base::Result<void> Gateway::load()
{
    auto cursors = ledger_.load();
    if (!cursors) return cursors.error();
    cursors_ = std::move(*cursors);
    clock_.begin(mark_in(cursors_));
    if (ledger_.mode() != ledger::Mode::read_only)
        if (auto closed = close_lost_attempts(directory_, ledger_); !closed) return closed;
    if (auto begun = configuration_.begin(settings_, directory_); !begun) return begun;
    if (!ledger_.restore_rest()) return {};
    return configuration_.begin(settings_, directory_); // what came back is held against the file as well
}

/// Who hears of what.
void Gateway::connect()
{
    ledger_.on_applied([this](const model::Change&, const ledger::TouchedDoors& doors) { reconciler_.applied(doors); });
    ledger_.on_durable([this](std::span<const model::Change>, const ledger::TouchedDoors& doors) { reconciler_.durable(doors); });
    ledger_.on_failure([this](const base::Error& error) {
        spdlog::critical("storage_failed error=\"{}\"", error.detail);
        if (storage_failed_) storage_failed_();
    });
    fleet_.on_notification([this](const devices::Notification& notification) { reconciler_.heard(notification); });
}

base::Result<void> Gateway::listen()
{
    auto server = bind_endpoints(core_, clock_, random_, options_, settings_);
    if (!server) return server.error();
    server_.emplace(std::move(*server));

    http::api::Settings settings;
    random_.fill(std::as_writable_bytes(std::span{settings.cursor_key}));
    settings.own_uid = ::getuid();
    settings.about = {.title = "Gatehouse", .version = GATEHOUSE_VERSION};
    api_ = std::make_unique<http::api::Api<http::Context>>(clock_, std::move(settings), http::endpoints(), http::schemas(),
                                                           [this](const http::api::Visit& visit) { return open(visit); });
    return {};
}

/// The caller's key decides which workspace a request sees.
base::Result<http::Context> Gateway::open(const http::api::Visit& visit)
{
    http::Context context{services_, nullptr, {}, std::string{visit.request.id}};
    if (visit.route.policy == http::Policy::local_admin)
        context.actor = {"uid " + std::to_string(visit.request.peer.uid.value_or(0)), "socket"};
    if (visit.route.policy != http::Policy::api_key) return context;
    const auto* token = directory_.token(access::digest_of_key(visit.token));
    if (token == nullptr) return base::fail(Fault::refused, "Unauthorized", "unauthorized");
    context.tenant = directory_.workspace(token->workspace);
    context.actor = {token->name, "api"};
    return context;
}

asio::awaitable<base::Result<void>> Gateway::run()
{
    const auto durable = co_await ledger_.durable_at(ledger_.head());
    if (!durable) co_return durable.error();
    fleet_.refresh();
    reconciler_.refresh(cursors_);
    asio::co_spawn(core_, reconciler_.watch_residuals(), base::vital("residual_watch"));
    asio::co_spawn(core_, reconciler_.watch_time(), base::vital("time_watch"));
    asio::co_spawn(core_, keep_time(clock_, ledger_), base::vital("time_keeping"));
    asio::co_spawn(core_, ledger_.watch(), base::vital("storage_watch"));
    asio::co_spawn(core_, forget_old_history(ledger_, clock_), base::vital("housekeeping"));
    server_->start(api_->handler());
    if (auto written = write_listening(options_, *server_); !written) co_return written.error();
    asio::co_spawn(core_, feed_watchdog(clock_), base::vital("watchdog_feeding"));
    notify_ready();
    co_return base::Result<void>{};
}

asio::awaitable<void> Gateway::stop()
{
    using namespace asio::experimental::awaitable_operators;
    remove_listening(options_);
    if (server_) co_await server_->stop(drain);
    co_await fleet_.stop(drivers_end);
    auto stored = ledger_.durable_at(ledger_.head());
    auto too_late = clock_.wait_for(last_commit);
    const auto ended = co_await (std::move(stored) || std::move(too_late));
    at_rest_ = ended.index() == 0 && ledger_.mode() != ledger::Mode::stalled;
    if (!at_rest_ || !std::get<0>(ended)) spdlog::error("last_changes_not_stored");
}

} // namespace gatehouse
