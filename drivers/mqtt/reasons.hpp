#pragma once

#include "endpoint.hpp"

#include <string>
#include <string_view>

namespace gatehouse::mqtt {

/// What stands behind the reason a line is down, as a sentence for whoever set it up; empty where the word says it all.
std::string sentence_for(std::string_view reason, const BrokerAddress& address);

/// The reason behind a CONNACK that says no. `code` is that of either version of MQTT.
std::string reason_of_refusal(int code, bool has_user);

/// The reason behind a DISCONNECT of the broker's.
std::string reason_of_disconnect(int code);

} // namespace gatehouse::mqtt
