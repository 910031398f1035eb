#include "app.hpp"

#include "gateway.hpp"
#include "notify.hpp"
#include "settings/settings.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <iostream>

namespace gatehouse {

namespace asio = boost::asio;

namespace {

/// Prints what is wrong with the file; nothing when it is fit to run.
std::optional<settings::Settings> load_settings(const Options& options)
{
    auto loaded = settings::load(options.config);
    auto problems = std::move(loaded.problems);
    if (loaded.settings) {
        const auto later = settings::not_enforced_yet(*loaded.settings);
        problems.insert(problems.end(), later.begin(), later.end());
    }
    for (const auto& problem : problems) std::cerr << settings::text(problem) << "\n";
    if (!problems.empty()) return std::nullopt;
    return std::move(loaded.settings);
}

/// Waits for the order to stop, then stops in reverse.
asio::awaitable<void> until_told(Gateway& gateway, asio::io_context& core)
{
    asio::signal_set signals{core, SIGTERM, SIGINT};
    const auto [error, number] = co_await signals.async_wait(base::token);
    if (!error) spdlog::info("stopping signal={}", number);
    notify_stopping();
    co_await gateway.stop();
    core.stop();
}

} // namespace

int check(const Options& options)
{
    if (!load_settings(options)) return exit_configuration;
    std::cout << options.config.string() << ": no problems\n";
    return exit_ok;
}

int serve(const Options& options)
{
    auto settings = load_settings(options);
    if (!settings) return exit_configuration;
    std::signal(SIGPIPE, SIG_IGN);

    asio::io_context core{1};
    auto gateway = Gateway::build(core, options, *settings);
    if (!gateway) {
        std::cerr << "gatehoused: " << gateway.error().detail << "\n";
        return exit_failure;
    }
    int status = exit_ok;
    (*gateway)->on_storage_failure([&status, &core] {
        status = exit_storage;
        core.stop();
    });
    asio::co_spawn(core, until_told(**gateway, core), [](std::exception_ptr failure) {
        if (failure) spdlog::critical("stop_failed");
    });
    asio::co_spawn(core, (*gateway)->run(), [&status, &core](std::exception_ptr failure, base::Result<void> started) {
        if (!failure && started) return;
        if (!failure) std::cerr << "gatehoused: " << started.error().detail << "\n";
        status = exit_failure;
        core.stop();
    });
    core.run();
    spdlog::info("stopped status={}", status);
    return status;
}

} // namespace gatehouse
