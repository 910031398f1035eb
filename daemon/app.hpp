#pragma once

#include "options.hpp"

namespace gatehouse {

/// Runs the daemon until SIGTERM or SIGINT. Answers the exit status.
int serve(const Options& options);

/// `gatehoused check`: reads the configuration and prints every problem as file:line: path: message; when it has none, asks the drivers
/// about the profiles it uses.
int check(const Options& options);

/// `gatehoused token create`: asks the running daemon over its Unix socket, else takes the state lock itself. Prints the key once.
int create_token(const Options& options, const std::string& name, const std::string& workspace);

} // namespace gatehouse
