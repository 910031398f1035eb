#pragma once

#include "common/clock.hpp"
#include "common/counters.hpp"
#include "common/dice.hpp"
#include "common/faults.hpp"
#include "common/faulty_path.hpp"
#include "common/flash.hpp"
#include "common/relay.hpp"
#include "mqtt/settings.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

/// One simulated esp-rfid 2.0.0 controller.
namespace gatehouse::simulators::mqtt {

/// A command as it lies in the controller's memory: fixed fields, cut to their length, and the whole message.
struct Command {
    std::string cmd;  ///< at most 19 characters
    std::string uid;  ///< at most 19
    std::string user; ///< at most 63
    std::string door; ///< at most 19
    std::string text;
};

/// What a controller does that is seen outside: messages in order, and whether it restarts after them.
struct Output {
    std::vector<common::Message> messages;
    bool restarts = false;
};

/// Everything inside the controller: what power loss keeps (flash, config), what it clears, and what is wrong with it.
struct Board {
    Board(std::string own_ip, common::Flash table, std::string config_file, std::uint64_t seed);

    std::string ip;
    common::Flash flash;
    std::string config;
    std::uint64_t config_revision = 0; ///< rises when `config` changes
    common::Faults faults;
    common::Counters counters;
    common::Dice dice;

    // from here on: gone with the power
    Settings settings;
    std::vector<common::Relay> relays;
    std::chrono::milliseconds last_activation{0}; ///< one for all relays, as in the firmware
    std::chrono::milliseconds powered_at{0};
    std::uint32_t next_beat = 0; ///< by the controller's own clock
    std::deque<Command> inbox;
    std::chrono::milliseconds command_done_at{0};
    Command leftover;          ///< the last command, still in memory where the next one is laid
    std::string last_username; ///< of the last record read
    bool powered = false;
    bool connected = false;
    bool door_open = false;
    bool door_alarmed = false;
    std::chrono::milliseconds door_opened_at{0};

    bool silent = false; ///< deaf and dumb on the network; not a matter of power
};

/// Starts the firmware: reads the configuration, relays off, uptime from zero.
void power_on(Board& board, common::Moment now);

/// Everything volatile is gone; nothing is heard or decided until `power_on`.
void power_off(Board& board);

/// Epoch seconds by the controller's own clock.
std::uint32_t epoch(const Board& board, common::Moment now);

/// Whole seconds since `power_on`.
std::uint32_t uptime(const Board& board, common::Moment now);

} // namespace gatehouse::simulators::mqtt
