#pragma once

#include "zigbee2mqtt/bridge.hpp"

namespace gatehouse::simulators::zigbee2mqtt {

/// Turns a fault on or off: those every device knows, and those of the radio.
///
/// Errors:  as common::set_fault.
/// Threads: the bridge's.
common::Outcome<void> set_fault(Bridge& bridge, std::string_view name, const boost::json::value& value);

/// Carries out one control request.
///
/// Units:   see docs/simulators/zigbee2mqtt.md.
/// Errors:  `{"ok":false,"error":"FIELD: why"}`; nothing is changed then.
/// Threads: the bridge's.
common::Handled handle(const boost::json::object& request, Bridge& bridge, common::Moment now);

} // namespace gatehouse::simulators::zigbee2mqtt
