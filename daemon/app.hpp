#pragma once

#include "options.hpp"

namespace gatehouse {

/// Runs the daemon until SIGTERM or SIGINT. Answers the exit status.
int serve(const Options& options);

/// `gatehoused check`: reads the configuration and prints every problem as file:line: path: message; when it has none, asks the drivers
/// about the profiles it uses.
int check(const Options& options);

} // namespace gatehouse
