#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::simulators::mqtt {

constexpr std::size_t most_relays = 4;

struct RelaySettings {
    std::chrono::milliseconds activation{0};
    bool continuous = false; ///< an activation toggles it instead of pulsing it
    std::optional<std::string> door_name;
};

/// What the firmware takes out of its configuration file at boot.
struct Settings {
    bool usable = false; ///< the file can be read, and MQTT is on: otherwise the controller never dials again
    std::string hostname;
    std::string topic;
    std::chrono::seconds heartbeat{180};
    std::chrono::seconds restart_after{0}; ///< 0: never by itself
    bool mqtt_log = false;
    bool asks_pin = false;  ///< a PIN after the card (Wiegand readers only)
    bool pads_uids = false; ///< MFRC522 reader: a card is also looked up the way version 1 wrote it
    bool has_contact = false;
    std::chrono::seconds longest_open{0};
    std::array<std::string, 7> hours; ///< Monday first, 24 digits each
    std::vector<RelaySettings> relays;
};

/// Reads a configuration file as the firmware does: missing members read 0, a missing MQTT section means no MQTT.
///
/// Units:   `hardware.rtime` milliseconds; `mqtt.syncrate`, `general.restart`, `hardware.maxOpenDoorTime` seconds.
/// Errors:  none: `usable` is false.
/// Threads: any.
/// Source:  docs/simulators.md, "esp-rfid: settings".
Settings read_settings(std::string_view config);

/// What an installer chose in the controller's own pages before it was mounted.
struct Installation {
    std::string hostname;
    std::string topic;
    std::string door = "Door";
    std::size_t relays = 1;
    std::chrono::seconds heartbeat{180};
    std::chrono::milliseconds activation{400};
    bool mqtt_log = false;
    bool asks_pin = false;
};

/// The configuration file that installation leaves behind.
std::string default_config(const Installation& chosen);

} // namespace gatehouse::simulators::mqtt
