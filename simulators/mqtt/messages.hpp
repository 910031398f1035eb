#pragma once

#include "mqtt/board.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

/// The texts a controller publishes, on TOPIC/send. Members come in the order the firmware writes them.
namespace gatehouse::simulators::mqtt {

common::Message boot_message(const Board& board, common::Moment now);
common::Message heartbeat_message(const Board& board, common::Moment now);
common::Message acknowledgement(const Board& board, std::string_view command);
common::Message settings_message(const Board& board);
common::Message list_entry(const Board& board, const boost::json::value& record);

/// Who was let in or not. `access` is one word for the first relay, or one a relay.
struct AccessReport {
    boost::json::value access;
    bool per_relay = false;
    bool known = true;
    std::string username;
    std::string uid;
};
common::Message access_message(const Board& board, const AccessReport& report, common::Moment now);

/// A line of the controller's log. Goes out only with the MQTT-log option; into its flash otherwise, which nobody reads here.
struct LogLine {
    std::string_view type;
    std::string_view source;
    std::string_view text;
    std::string data = {};
};
inline const LogLine going_down{"INFO", "sys", "System is going to reboot"};

void write_log(const Board& board, Output& out, const LogLine& line, common::Moment now);

} // namespace gatehouse::simulators::mqtt
