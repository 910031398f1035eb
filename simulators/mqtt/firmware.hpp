#pragma once

#include "mqtt/board.hpp"
#include "mqtt/decision.hpp"

#include <string_view>

/// The controller from outside: what happens to it, and what it sends. Pure: time, table and faults come in with the arguments.
///
/// Units:   see Moment. Errors: none; a controller that cannot cope stays quiet or restarts (`Output::restarts`, after which
///          the caller calls power_off and, a boot later, power_on). Threads: any, one at a time for each board.
namespace gatehouse::simulators::mqtt {

/// The broker accepted the connection. The boot message leaves before the subscription is asked for.
Output connected(Board& board, common::Moment now);
void disconnected(Board& board);

/// A message arrived on TOPIC/cmd.
Output receive(Board& board, std::string_view payload, common::Moment now);

/// One turn of the firmware's loop: relays, waiting commands, heartbeat, door. Called every 50 ms or so.
Output turn(Board& board, common::Moment now);

/// When a waiting command will have been carried out, on the running clock; far away when none will be.
std::chrono::milliseconds next_command_at(const Board& board);

struct Presented {
    bool decided = false; ///< false: nobody is at home, or it waits for a PIN
    boost::json::value access;
    bool opened = false;
    Output output;
};

/// A card is held to the reader.
Presented present(Board& board, const Swipe& swipe, common::Moment now);

/// The door itself moves (only seen with a contact).
Output move_door(Board& board, bool open, common::Moment now);

} // namespace gatehouse::simulators::mqtt
