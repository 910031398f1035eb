#pragma once

#include "shelly/device.hpp"

/// What the switch publishes.
namespace gatehouse::simulators::shelly {

/// The will, and its opposite.
common::Message online(const Installation& installation, bool up);

/// A number as the firmware would: whole where it is whole.
boost::json::value number(double value);

boost::json::object switch_status(const Device& device);
boost::json::object input_status(const Device& device);

/// NotifyStatus with these members, unless notifications are off.
void notify_status(const Device& device, const boost::json::object& changes, common::Moment now, common::Effects& out);
void notify_config(const Device& device, common::Moment now, common::Effects& out);

/// What changed of the switch, and nothing else: without `changed` the relay is as it was and only its timer is new.
void tell_switch(const Device& device, bool changed, common::Moment now, common::Effects& out);
void tell_input(const Device& device, common::Moment now, common::Effects& out);

/// PREFIX/status/switch:0 and input:0, where they are on.
void tell_status_topics(const Device& device, common::Effects& out);

} // namespace gatehouse::simulators::shelly
