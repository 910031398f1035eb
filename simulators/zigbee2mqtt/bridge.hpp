#pragma once

#include "common/appliance.hpp"
#include "zigbee2mqtt/lock.hpp"

#include <boost/json/object.hpp>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::simulators::zigbee2mqtt {

struct Installation {
    std::string base = "zigbee2mqtt";
    std::vector<std::pair<std::string, std::size_t>> locks; ///< name, slots
    bool expose_pin = false;
    bool availability = false;
    bool legacy_availability = false;
    bool retain = false; ///< of the states
    bool programming_events = false;
    bool refuses_duplicates = true;
    std::chrono::milliseconds radio{200};
    std::chrono::milliseconds radio_timeout{10'000};
    std::chrono::milliseconds auto_relock{5'000}; ///< 0: never
};

enum class Order : std::uint8_t { lock, unlock, toggle, read_state, put_code, clear_code, read_code, put_status, read_status };

/// One radio request.
struct Request {
    Order order = Order::read_state;
    std::size_t slot = 0;
    Slot content = {};
    bool goes_on = false; ///< the first of all slots
    std::string key = {}; ///< of the message it came with
    bool reads = false;   ///< that message was a `get`
};

/// A lock as the bridge knows it, and the lock itself.
struct Member {
    Lock lock;
    boost::json::object cached;         ///< what was ever heard, merged
    boost::json::object saved = cached; ///< as its disk has it
    std::deque<Request> waiting;
    std::chrono::milliseconds done_at{0}; ///< of the first that waits
    bool fails = false;                   ///< that one finds no lock
    bool unheard = false;                 ///< that one's answer is lost
    bool online = true;                   ///< what the bridge says of it
};

struct Bridge : common::Appliance {
    Bridge(Installation chosen, std::uint64_t seed);

    Installation installation;
    std::vector<Member> members;
    double radio_fails = 0;         ///< share of requests that find the lock asleep
    double radio_loses_answers = 0; ///< share that is carried out and reported as failed
    common::Dice radio_dice;
    std::chrono::milliseconds chatter{0}; ///< between reports of its own accord; 0: none
    std::chrono::milliseconds chats_at = never;
    std::chrono::milliseconds saves_at = never;
    bool announces = false; ///< started, and has not told its cache yet
};

/// Pure: time comes in with the arguments.
///
/// Units:   see Moment. Errors: none; what fails is told on the bridge's log, or nowhere. Threads: any, one at a time for each bridge.
/// Source:  docs/simulators/zigbee2mqtt.md.
void power_on(Bridge& bridge, common::Moment now);
void power_off(Bridge& bridge);
common::Effects connected(Bridge& bridge, common::Moment now);
common::Effects subscribed(Bridge& bridge, common::Moment now);
void disconnected(Bridge& bridge);
/// Writes what it knows to its disk.
void save(Bridge& bridge);
bool listens_to(const Bridge& bridge, std::string_view topic);
common::Effects receive(Bridge& bridge, const common::Message& message, common::Moment now);
common::Effects turn(Bridge& bridge, common::Moment now);
std::chrono::milliseconds next_turn_at(const Bridge& bridge);

} // namespace gatehouse::simulators::zigbee2mqtt
