#include "plain/command_line.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>

namespace gatehouse::simulators::plain {

namespace {

int complain(const std::string& why, int status)
{
    std::fprintf(stderr, "gatehouse-sim: %s\n", why.c_str());
    return status;
}

} // namespace

CLI::App& describe(CLI::App& app, Arguments& into)
{
    auto& options = into.options;
    auto& command = *app.add_subcommand("plain", "The controller of the driver guide, on a TCP port of 127.0.0.1");
    command.add_option("--port", options.port, "TCP port; 0 takes one that is free")->capture_default_str();
    command.add_option("--control", options.control, "Unix socket for tests; appears when the controller listens")->required();
    command.add_option("--doors", options.installation.doors, "Doors, numbered from 0")->check(CLI::Range(1, 63))->capture_default_str();
    command.add_option("--capacity", options.installation.capacity, "Entries it has room for")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command.add_option("--boot-ms", into.boot_ms, "From power to the first connection")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str();
    command.add_option("--seed", options.seed, "Seed of every random choice")->capture_default_str();
    command.add_option("--fault", options.faults, "NAME=VALUE, as the control socket takes it; may be repeated");
    return command;
}

int run(const Arguments& arguments)
{
    spdlog::set_default_logger(spdlog::stderr_logger_mt("gatehouse-sim"));
    auto options = arguments.options;
    options.boot = std::chrono::milliseconds{arguments.boot_ms};
    auto controller = assemble(options);
    if (!controller) return complain(controller.error().text, 2);
    boost::asio::io_context context{1};
    Station station{context, options, std::move(*controller)};
    boost::asio::signal_set signals{context, SIGINT, SIGTERM};
    signals.async_wait([&station](const boost::system::error_code& ec, int) {
        if (!ec) station.stop();
    });
    if (const auto started = station.start(); !started) return complain(started.error().text, 1);
    std::printf("listening control=%s port=%u\n", options.control.c_str(), static_cast<unsigned>(station.port()));
    std::fflush(stdout);
    context.run();
    return 0;
}

} // namespace gatehouse::simulators::plain
