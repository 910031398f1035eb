#pragma once

#include "mqtt/station.hpp"

#include <string>

namespace CLI {
class App;
}

namespace gatehouse::simulators::mqtt {

/// What stands on the command line of `gatehouse-sim mqtt`.
struct Arguments {
    Options options;
    std::string model;
    std::string broker;
    std::string password_file;
    std::int64_t heartbeat_s = 180;
    std::int64_t activation_ms = 400;
    std::int64_t boot_ms = 2000;
    double reconnect_s = 60;
};

/// Adds the subcommand; parsing fills `into`.
CLI::App& describe(CLI::App& app, Arguments& into);

/// Runs one controller until SIGINT or SIGTERM.
///
/// Errors:  one line on stderr naming the option at fault, and exit status 2 (arguments) or 1 (later).
/// Threads: blocks the caller's.
int run(const Arguments& arguments);

} // namespace gatehouse::simulators::mqtt
