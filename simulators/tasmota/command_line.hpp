#pragma once

#include "mqtt/arguments.hpp"
#include "tasmota/device.hpp"

namespace gatehouse::simulators::tasmota {

/// What stands on the command line of `gatehouse-sim tasmota`.
struct Arguments {
    Arguments() { post.reconnect_s = 10; }

    mqtt::PostArguments post;
    Installation installation;
    std::int64_t telemetry_s = 300;
    std::string contact = "none";
};

/// Adds the subcommand; parsing fills `into`.
CLI::App& describe(CLI::App& app, Arguments& into);

/// Runs one device until SIGINT or SIGTERM.
///
/// Errors:  one line on stderr naming the option at fault, and exit status 2 (arguments) or 1 (later).
/// Threads: blocks the caller's.
int run(const Arguments& arguments);

} // namespace gatehouse::simulators::tasmota
