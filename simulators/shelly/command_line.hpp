#pragma once

#include "mqtt/arguments.hpp"
#include "shelly/device.hpp"

namespace gatehouse::simulators::shelly {

/// What stands on the command line of `gatehouse-sim shelly`.
struct Arguments {
    mqtt::PostArguments post;
    Installation installation;
    SwitchConfig config;
    bool quiet = false;
};

/// Adds the subcommand; parsing fills `into`.
CLI::App& describe(CLI::App& app, Arguments& into);

/// Runs one switch until SIGINT or SIGTERM.
///
/// Errors:  one line on stderr naming the option at fault, and exit status 2 (arguments) or 1 (later).
/// Threads: blocks the caller's.
int run(const Arguments& arguments);

} // namespace gatehouse::simulators::shelly
