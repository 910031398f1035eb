#include "app.hpp"

#include "base/vital.hpp"
#include "check_profiles.hpp"
#include "check_state.hpp"
#include "gateway.hpp"
#include "listening.hpp"
#include "notify.hpp"
#include "open_files.hpp"
#include "read_settings.hpp"
#include "sealed.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace gatehouse {

namespace asio = boost::asio;

namespace {

/// Prints what is wrong with the file; nothing when it is fit to run.
std::optional<settings::Settings> load_settings(const Options& options, bool by_hand)
{
    auto loaded = read_settings(options, by_hand);
    for (const auto& problem : loaded.problems) std::cerr << settings::text(problem) << "\n";
    return std::move(loaded.settings);
}

/// One run of the gateway, which may be told to end for more than one reason.
struct Run {
    base::SystemClock clock; ///< outlives what waits on it
    asio::io_context core{1};
    std::unique_ptr<Gateway> gateway = {};
    std::unique_ptr<Sealed> sealed = {}; ///< in its place, when the database cannot be used
    int status = exit_ok;
    bool ending = false;
};

/// Stops in reverse; what is in flight gets its answer first. The first reason counts.
asio::awaitable<void> end(Run& run, int status)
{
    if (std::exchange(run.ending, true)) co_return;
    run.status = status;
    notify_stopping();
    auto stopped = run.sealed ? run.sealed->stop() : run.gateway->stop();
    co_await std::move(stopped);
    run.core.stop();
}

asio::awaitable<void> until_told(Run& run)
{
    asio::signal_set signals{run.core, SIGTERM, SIGINT};
    const auto [error, number] = co_await signals.async_wait(base::token);
    if (!error) spdlog::info("stopping signal={}", number);
    co_await end(run, exit_ok);
}

int complain(const std::string& what)
{
    std::cerr << "gatehoused: " << what << "\n";
    return exit_failure;
}

/// The database stays as it is, and whoever asks is told.
int serve_sealed(Run& run, const Options& options, const settings::Settings& settings, const base::Error& why)
{
    auto built = Sealed::build(run.core, options, settings, why);
    if (!built) return complain(built.error().detail);
    run.sealed = std::move(*built);
    asio::co_spawn(run.core, until_told(run), base::vital("stop"));
    if (auto started = run.sealed->start(); !started) return complain(started.error().detail);
    asio::co_spawn(run.core, feed_watchdog(run.clock), base::vital("watchdog_feeding"));
    notify_ready();
    run.core.run();
    spdlog::info("stopped status={}", run.status);
    return run.status;
}

/// The file is read again as often as somebody says so, one time after the other.
asio::awaitable<void> reload_when_told(Run& run)
{
    asio::signal_set signals{run.core, SIGHUP};
    for (;;) {
        const auto [error, number] = co_await signals.async_wait(base::token);
        if (error) co_return;
        notify_reloading();
        co_await run.gateway->reload();
        notify_ready();
    }
}

} // namespace

int check(const Options& options)
{
    const auto settings = load_settings(options, true);
    if (!settings) return exit_configuration;
    const auto held_against = check_state(options, *settings);
    auto judged = check_profiles(options, *settings);
    auto& problems = judged.problems;
    for (const auto& problem : held_against.problems) problems.push_back(settings::text(problem));
    for (const auto& problem : check_listeners(options, *settings)) problems.push_back(settings::text(problem));
    for (const auto& problem : problems) std::cerr << problem << "\n";
    if (!problems.empty()) return exit_configuration;
    if (!held_against.unchecked.empty())
        std::cerr << "gatehoused: the state could not be read, so what `was` names is not checked (" << held_against.unchecked << ")\n";
    if (const auto wrong = check_runtime(options); !wrong.empty()) std::cerr << "gatehoused: " << wrong << "\n";
    for (const auto& note : held_against.notes) std::cout << settings::text(note) << "\n";
    for (const auto& note : judged.notes) std::cout << note << "\n";
    std::cout << options.config.string() << ": no problems\n";
    return exit_ok;
}

int serve(const Options& options)
{
    auto settings = load_settings(options, false);
    if (!settings) return exit_configuration;
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN); // until there is a gateway that can read the file again
    raise_open_files();

    Run run;
    auto built = Gateway::build(run.core, options, *settings);
    if (!built && seals(built.error())) return serve_sealed(run, options, *settings, built.error());
    if (!built) {
        const bool file = built.error().code == "configuration_clash";
        std::cerr << (file ? "" : "gatehoused: ") << built.error().detail << "\n";
        return file ? exit_configuration : exit_failure;
    }
    run.gateway = std::move(*built);
    run.gateway->on_storage_failure([&run] { asio::co_spawn(run.core, end(run, exit_storage), base::vital("stop")); });
    asio::co_spawn(run.core, until_told(run), base::vital("stop"));
    asio::co_spawn(run.core, reload_when_told(run), base::vital("reload"));
    asio::co_spawn(run.core, run.gateway->run(), [&run](std::exception_ptr failure, base::Result<void> started) {
        if (failure) std::rethrow_exception(failure);
        if (started) return;
        std::cerr << "gatehoused: " << started.error().detail << "\n";
        run.status = exit_failure;
        run.core.stop();
    });
    run.core.run();
    spdlog::info("stopped status={}", run.status);
    if (!run.gateway->at_rest()) std::_Exit(exit_storage); // its thread hangs in a write and cannot be waited for
    if (run.gateway->trying()) std::_Exit(run.status);     // everything is stored
    return run.status;
}

} // namespace gatehouse
