#pragma once

#include "show.hpp"

namespace gatehouse::cli {

/// Prints an answer about the clock: exit_ok when it is trusted, exit_unconfirmed when somebody has to vouch for it.
Exit show_clock(const Answer& answer, std::ostream& out, std::ostream& complaints);

} // namespace gatehouse::cli
