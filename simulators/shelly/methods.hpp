#pragma once

#include "shelly/device.hpp"

#include <string>

namespace gatehouse::simulators::shelly {

/// Carries out one request frame and answers on SRC/rpc. Without a source, or a number to answer to, it is carried out all the same.
///
/// Units:   none.
/// Errors:  none for the caller; the frame answers them.
/// Threads: any.
/// Source:  docs/simulators/shelly.md.
void answer_frame(Device& device, const std::string& payload, common::Moment now, common::Effects& out);

/// Takes over the members of a configuration.
///
/// Errors:  the text the switch answers; nothing is changed then.
/// Threads: any.
common::Outcome<void> change_config(SwitchConfig& config, const boost::json::object& changes);

boost::json::object listed(const SwitchConfig& config);

} // namespace gatehouse::simulators::shelly
