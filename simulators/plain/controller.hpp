#pragma once

#include "common/clock.hpp"
#include "common/counters.hpp"
#include "common/dice.hpp"
#include "common/faults.hpp"
#include "common/flash.hpp"
#include "common/relay.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The plain controller: the one the driver guide teaches with. It speaks lines of text (docs/protocols/plain.md) and is exact about what
/// it does, so that a driver's own mistakes show; its ugly sides are the faults that every simulator has.
namespace gatehouse::simulators::plain {

struct Installation {
    std::size_t doors = 4;     ///< numbered from 0
    std::size_t capacity = 64; ///< entries
};

/// A record of its table; its name in the flash is kind and key.
struct Record {
    std::string kind, key;
    std::string doors, from, until, tag; ///< as they were sent
};

struct Door {
    common::Relay relay;
    bool held = false;                                  ///< by MODE
    std::optional<std::chrono::milliseconds> closes_at; ///< of a pulse
};

/// Everything inside the controller: what power loss keeps, what it clears, and what is wrong with it.
struct Controller {
    Controller(Installation built, common::Flash table, std::uint64_t seed);

    Installation installation;
    common::Flash flash;
    std::uint64_t boots = 1, changes = 0;
    common::Faults faults;
    common::Counters counters;
    common::Dice dice;

    // from here on: gone with the power
    std::vector<Door> doors;
    std::deque<std::string> inbox;
    std::chrono::milliseconds next_at{0}; ///< when the command that waits in front is done

    bool silent = false; ///< deaf and dumb on the network
};

/// A line arrives. It waits its turn; twelve may.
void receive(Controller& controller, std::string line, common::Moment now);

/// Carries out what is due and ends pulses. Answers the lines it says.
std::vector<std::string> turn(Controller& controller, common::Moment now);

/// When `turn` has something to do next; max: nothing waits.
std::chrono::milliseconds next_turn_at(const Controller& controller);

/// The power goes and comes: relays fall, what waits is forgotten.
void restart(Controller& controller);

struct Presented {
    bool opened = false;
    std::string event; ///< the line it says about it
};
/// Somebody holds a card to the reader of a door, or types a code there.
Presented present(Controller& controller, const std::string& kind, const std::string& key, std::size_t door, common::Moment now);

/// The table, by name; records it cannot read are left out.
std::vector<Record> records(const Controller& controller);

} // namespace gatehouse::simulators::plain
