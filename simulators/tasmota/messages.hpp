#pragma once

#include "tasmota/device.hpp"

#include <boost/json/object.hpp>

#include <string>

/// What the firmware publishes.
namespace gatehouse::simulators::tasmota {

/// The will, and its opposite.
common::Message last_will(const Installation& installation, bool online);

/// POWER on a board with one relay, POWER2 and so on where there are more.
std::string power_key(const Device& device, std::size_t channel);

/// An answer: on RESULT, or with SetOption4 on a topic named after the command.
common::Message result(const Device& device, const std::string& command, const boost::json::object& answer);

/// The state of one relay, first as JSON and then plain. With SetOption4 both go to one topic.
void tell_relay(const Device& device, std::size_t channel, common::Effects& out);

common::Message telemetry(const Device& device, common::Moment now);
common::Message switch_message(const Device& device);

} // namespace gatehouse::simulators::tasmota
