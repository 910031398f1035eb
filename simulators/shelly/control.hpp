#pragma once

#include "shelly/device.hpp"

#include <boost/json/object.hpp>

namespace gatehouse::simulators::shelly {

/// Carries out one control request.
///
/// Units:   see docs/simulators/shelly.md.
/// Errors:  `{"ok":false,"error":"FIELD: why"}`; nothing is changed then.
/// Threads: the device's.
common::Handled handle(const boost::json::object& request, Device& device, common::Moment now);

} // namespace gatehouse::simulators::shelly
