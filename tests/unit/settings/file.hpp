#pragma once

#include "settings/settings.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

/// A small site that is right; tests change a line of it and look at what is said about that line.
inline constexpr std::string_view right = R"(format: 1
site: {key: pier, name: Pier, time_zone: Europe/Copenhagen}
http: {listen: ["127.0.0.1:8080"]}
policy: {lease: 72h}
drivers: {mqtt: {}, modbus: {}, osdp: {}, other: {}}
lines:
  broker: {driver: mqtt, url: "mqtts://broker.lan:8883", user: gate, password: {credential: mqtt-password}, ca: {file: /etc/ca.pem}}
  net: {driver: modbus, tcp: "10.0.0.2:502"}
  bus: {driver: osdp, serial: /dev/ttyS1, baud: 38400}
devices:
  ctl: {line: broker, profile: esp-rfid/2.0, params: {topic: a/b, unit: 3, fast: true, code: "007"}}
  panel: {line: net, profile: example/panel, card_key: facility_and_number}
  reader: {line: bus, address: 1, secure: required, key: {credential: reader-key}, formats: [h10301, uid], keypad: true}
zones:
  main: {fire: {input: panel/5, active: closed}, on_fire: release}
doors:
  lobby: {owner: pier, shared_with: [tenant], strike: ctl/1, contact: panel/1, rex: panel/2, readers: [reader], zone: main}
  shed: {owner: pier, strike: panel/1, held_after: 30s}
hours:
  office: {mon-fri: ["08:00-12:00", "13:00-24:00"], closed_on: [public]}
holidays: {public: [2027-03-26, 2027-03-25]}
workspaces:
  pier:
    systems:
      house:
        entrances:
          lobby: {door: lobby, cloud_key: true, modes: [{hours: office, mode: unlocked, after_first: true}]}
          shed: {door: shed, mode: card_and_pin}
        groups:
          staff: {entrances: {lobby: office, shed: always}, override: [lockdown], lease: none}
      boats:
        groups:
          crew: {}
  tenant:
    systems:
      office:
        entrances:
          front: {door: lobby, name: Front door}
)";

/// `right` with one piece of it exchanged; the piece must be there.
std::string changed(std::string_view piece, std::string_view other);

/// What is wrong with `text`, as the operator reads it; the file is called "site.yaml".
std::vector<std::string> problems(std::string_view text);

std::vector<std::string> texts(const Problems& problems);

/// A file of the source tree.
std::filesystem::path source_file(std::string_view path);
std::string read_file(const std::filesystem::path& path);

} // namespace gatehouse::settings
