#pragma once

#include "mqtt/board.hpp"

#include <string_view>

namespace gatehouse::simulators::mqtt {

constexpr std::size_t message_buffer = 2048; ///< bytes; nobody checks it

enum class Reception {
    ignored, ///< not for this controller, or not understood: no answer at all
    crash,   ///< memory overrun or a null pointer: the controller restarts
    command,
};

struct Received {
    Reception reception = Reception::ignored;
    Command command;
};

/// What the controller makes of one message on TOPIC/cmd. Fields the message lacks keep what the last command left in memory.
///
/// Units:   none.
/// Errors:  none; see Reception.
/// Threads: any.
/// Source:  docs/simulators.md, "esp-rfid: messages it takes".
Received read_message(std::string_view payload, std::string_view own_ip, const Command& leftover);

} // namespace gatehouse::simulators::mqtt
