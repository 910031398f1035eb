#pragma once

#include "mqtt/board.hpp"

#include <boost/json/object.hpp>

namespace gatehouse::simulators::mqtt {

/// The state of the world inside the controller: entries, relays, counters, clock, connection.
boost::json::object dump(const Board& board, common::Moment now);

} // namespace gatehouse::simulators::mqtt
