#pragma once

#include "plain/station.hpp"

namespace CLI {
class App;
}

namespace gatehouse::simulators::plain {

/// What stands on the command line of `gatehouse-sim plain`.
struct Arguments {
    Options options;
    std::int64_t boot_ms = 1'000;
};

/// Adds the subcommand; parsing fills `into`.
CLI::App& describe(CLI::App& app, Arguments& into);

/// Runs one controller until SIGINT or SIGTERM.
///
/// Errors:  one line on stderr naming the option at fault, and exit status 2 (arguments) or 1 (later).
/// Threads: blocks the caller's.
int run(const Arguments& arguments);

} // namespace gatehouse::simulators::plain
