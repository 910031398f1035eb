#pragma once

#include "ask.hpp"

#include <ostream>

namespace gatehouse::cli {

/// How `gatehouse` ends.
enum Exit : int {
    exit_ok = 0,
    exit_failure = 1,       ///< no gateway, or it could not do it
    exit_usage = 2,         ///< the command line
    exit_unconfirmed = 3,   ///< it takes access away: nothing was changed, and the plan says by which word it may be
    exit_configuration = 78 ///< the file has problems, and all were printed
};

/// Prints an answer about the configuration: a plan, or what keeps it from being applied. `again` is the command that confirms it.
Exit show(const Answer& answer, const std::string& again, std::ostream& out, std::ostream& complaints);

} // namespace gatehouse::cli
