#pragma once

#include "mqtt/board.hpp"

namespace gatehouse::simulators::mqtt {

/// Carries out one command and adds what it publishes. Unknown commands do nothing.
///
/// Units:   none.
/// Errors:  none: the controller acknowledges what failed.
/// Threads: any.
/// Source:  docs/simulators.md, "esp-rfid: commands".
void run_command(Board& board, const Command& command, common::Moment now, Output& out);

} // namespace gatehouse::simulators::mqtt
