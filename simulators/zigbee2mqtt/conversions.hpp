#pragma once

#include "zigbee2mqtt/bridge.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

/// What the bridge makes of messages.
namespace gatehouse::simulators::zigbee2mqtt {

/// Where a message went: `NAME/set`, `NAME/get`, either with `/KEY` behind.
struct Target {
    std::string name;
    bool reads = false;
    std::string key; ///< empty: the payload names the keys
};

/// Nothing when the topic is neither. NAME may contain slashes; a lock's name wins where a topic can be read in two ways.
std::optional<Target> target_of(const Bridge& bridge, std::string_view topic);

/// The members of a payload. Nothing when it cannot be read.
std::optional<boost::json::object> read_payload(const Target& target, const std::string& payload);

/// Whether the bridge has a converter for it.
bool is_known(std::string_view key);

/// The radio request for one key of a message.
///
/// Errors:  the text the bridge logs.
/// Threads: any.
/// Source:  docs/simulators/zigbee2mqtt.md.
common::Outcome<Request> request_of(const Target& target, std::string_view key, const boost::json::value& value, std::size_t slots);

/// The request as the radio library writes it into an error, code and all.
std::string spelled(const Request& request);

} // namespace gatehouse::simulators::zigbee2mqtt
