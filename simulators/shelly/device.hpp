#pragma once

#include "common/appliance.hpp"
#include "common/clock.hpp"
#include "common/relay.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// A Shelly switch of the second generation: one relay, one input.
namespace gatehouse::simulators::shelly {

constexpr auto never = std::chrono::milliseconds::max();

struct Installation {
    std::string prefix;
    std::string id;
    bool notifies = true;      ///< on PREFIX/events/rpc
    bool tells_status = false; ///< on PREFIX/status/...
};

/// What its own settings say of the switch; kept over power loss.
struct SwitchConfig {
    std::string in_mode = "follow";
    std::string initial_state = "match_input";
    bool auto_on = false;
    double auto_on_delay = 60;
    bool auto_off = false;
    double auto_off_delay = 60;
};

struct Device : common::Appliance {
    Device(Installation chosen, SwitchConfig settings, std::uint64_t seed);

    Installation installation;
    SwitchConfig config;
    std::uint64_t config_revision = 1;
    bool saved = false; ///< what power loss keeps of the relay
    bool input = false;

    common::Relay relay;
    std::string source = "init";
    std::chrono::milliseconds toggles_at = never;
    std::int64_t timer_started_at = 0; ///< epoch seconds
    double timer_duration = 0;         ///< seconds
};

/// The relay is switched by `source`. With `toggle_after` (seconds, 0: none) it goes back by itself; without, as the settings say.
void set_output(Device& device, bool on, std::string_view source, double toggle_after, common::Moment now, common::Effects& out);

/// Pure: time comes in with the arguments.
///
/// Units:   see Moment. Errors: none. Threads: any, one at a time for each device.
/// Source:  docs/simulators/shelly.md.
void power_on(Device& device, common::Moment now);
void power_off(Device& device);
common::Effects connected(Device& device, common::Moment now);
common::Effects subscribed(Device& device, common::Moment now);
void disconnected(Device& device);
bool listens_to(const Device& device, std::string_view topic);
common::Effects receive(Device& device, const common::Message& message, common::Moment now);
common::Effects turn(Device& device, common::Moment now);
std::chrono::milliseconds next_turn_at(const Device& device);

/// The contact at the input moves.
common::Effects move_input(Device& device, bool state, common::Moment now);

} // namespace gatehouse::simulators::shelly
