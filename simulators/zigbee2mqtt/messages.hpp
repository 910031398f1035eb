#pragma once

#include "zigbee2mqtt/bridge.hpp"

#include <optional>
#include <string>

/// What the bridge publishes.
namespace gatehouse::simulators::zigbee2mqtt {

/// The will, and its opposite.
common::Message bridge_state(const Installation& installation, bool online);
common::Message availability(const Installation& installation, const Member& member);

/// The one place where anybody learns that something failed.
common::Message logged_error(const Bridge& bridge, const std::string& what);

/// That line's text for a key of a `get` or `set`.
std::string failure(bool reads, std::string_view key, std::string_view name, std::string_view why);

/// The whole cached state of a lock.
common::Message state_message(const Bridge& bridge, const boost::json::object& state, const Member& member);

/// Who did something at a lock. Sources by number: 0 keypad, 1 radio; others have no name.
struct Event {
    std::string_view action;
    std::optional<std::size_t> user; ///< unknown without
    int source = 1;
};

/// The bridge heard something from a lock: merges it into the cache and publishes all of that. Without a bridge nobody hears it.
void heard(Bridge& bridge, Member& member, const boost::json::object& update, common::Effects& out);
void heard(Bridge& bridge, Member& member, const Event& event, common::Effects& out); ///< events are not cached
void heard_bolt(Bridge& bridge, Member& member, common::Effects& out);
void heard_slot(Bridge& bridge, Member& member, std::size_t slot, bool with_code, common::Effects& out);
void heard_battery(Bridge& bridge, Member& member, common::Effects& out);

} // namespace gatehouse::simulators::zigbee2mqtt
