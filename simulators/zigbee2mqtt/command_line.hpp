#pragma once

#include "mqtt/arguments.hpp"
#include "zigbee2mqtt/bridge.hpp"

namespace gatehouse::simulators::zigbee2mqtt {

/// What stands on the command line of `gatehouse-sim zigbee2mqtt`.
struct Arguments {
    mqtt::PostArguments post;
    Installation installation;
    std::vector<std::string> locks;
    std::size_t slots = 30;
    std::int64_t radio_ms = 200;
    std::int64_t radio_timeout_ms = 10'000;
    std::int64_t auto_relock_ms = 5'000;
    bool accepts_duplicates = false;
};

/// Adds the subcommand; parsing fills `into`.
CLI::App& describe(CLI::App& app, Arguments& into);

/// NAME, or NAME:SLOTS.
///
/// Errors:  `lock: ...` for a name that fits no topic, or slots out of 1 to 1000.
/// Threads: any.
common::Outcome<std::pair<std::string, std::size_t>> read_lock(const std::string& text, std::size_t slots);

/// Runs one bridge until SIGINT or SIGTERM.
///
/// Errors:  one line on stderr naming the option at fault, and exit status 2 (arguments) or 1 (later).
/// Threads: blocks the caller's.
int run(const Arguments& arguments);

} // namespace gatehouse::simulators::zigbee2mqtt
