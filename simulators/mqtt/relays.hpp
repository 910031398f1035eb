#pragma once

#include "mqtt/board.hpp"

#include <cstddef>

namespace gatehouse::simulators::mqtt {

/// Energises a momentary relay for its activation time; flips a continuous one. Unknown relays are left alone.
void activate(Board& board, std::size_t relay, common::Moment now);

/// Starts the pulse of every open relay anew: the firmware keeps one stop watch for all of them.
void restart_pulses(Board& board, common::Moment now);

/// Releases the momentary relays whose time is over.
void release_due(Board& board, common::Moment now);

} // namespace gatehouse::simulators::mqtt
