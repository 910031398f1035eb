#pragma once

#include "common/appliance.hpp"
#include "common/clock.hpp"
#include "common/relay.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A relay board with the Tasmota firmware.
namespace gatehouse::simulators::tasmota {

constexpr auto never = std::chrono::milliseconds::max();

/// What a switch input does: nothing is wired to it, it toggles the first relay, or it is told and drives nothing.
enum class Contact : std::uint8_t { none, attached, detached };

struct Installation {
    std::string topic;
    std::size_t relays = 1;
    std::uint32_t pulse_time = 0; ///< of every relay, until told otherwise
    int power_on_state = 3;
    bool option4 = false;
    Contact contact = Contact::none;
    std::chrono::seconds telemetry{300};
};

struct Channel {
    common::Relay relay;
    std::uint32_t pulse_time = 0; ///< 0 off; 1 to 111 tenths of a second; from 112 on seconds and 100
    bool saved = false;           ///< what power loss keeps of the relay
    std::chrono::milliseconds ends_at = never;
};

struct Device : common::Appliance {
    Device(Installation chosen, std::uint64_t seed);

    Installation installation; ///< its settings, kept over power loss
    std::vector<Channel> channels;
    std::chrono::milliseconds powered_at{0};
    std::chrono::milliseconds tells_at = never; ///< the next telemetry
    bool fresh = false;                         ///< powered on, and has not told its relays yet
    bool door_open = false;
};

/// How long a PulseTime lasts; 0 means for ever.
///
/// Units:   PulseTime in, milliseconds out.
/// Errors:  none.
/// Threads: any.
std::chrono::milliseconds length_of(std::uint32_t pulse_time);

/// The PulseTime that is left of a running pulse; 0 when none runs.
std::uint32_t remaining(const Channel& channel, common::Moment now);

/// Switches a relay and tells it, as a command or the end of a pulse does. Opening starts the pulse anew.
void switch_relay(Device& device, std::size_t channel, bool open, common::Moment now, common::Effects& out);

/// Pure: time comes in with the arguments.
///
/// Units:   see Moment. Errors: none. Threads: any, one at a time for each device.
/// Source:  docs/simulators/tasmota.md.
void power_on(Device& device, common::Moment now);
void power_off(Device& device);
common::Effects connected(Device& device, common::Moment now);
common::Effects subscribed(Device& device, common::Moment now);
void disconnected(Device& device);
bool listens_to(const Device& device, std::string_view topic);
common::Effects receive(Device& device, const common::Message& message, common::Moment now);
common::Effects turn(Device& device, common::Moment now);
std::chrono::milliseconds next_turn_at(const Device& device);

/// The door moves.
common::Effects move_door(Device& device, bool open, common::Moment now);

} // namespace gatehouse::simulators::tasmota
