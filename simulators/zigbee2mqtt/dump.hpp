#pragma once

#include "zigbee2mqtt/bridge.hpp"

namespace gatehouse::simulators::zigbee2mqtt {

/// The truth inside the locks beside what the bridge believes of them, and the counters.
boost::json::object dump(const Bridge& bridge);

} // namespace gatehouse::simulators::zigbee2mqtt
