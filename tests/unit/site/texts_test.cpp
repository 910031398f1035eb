// What the directory keeps of lines, devices and doors for the rooms that drive them.

#include "site/json_texts.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace gatehouse::site {

namespace {

constexpr std::string_view file = R"(format: 1
site: {key: site, time_zone: UTC}
policy: {lease: 48h, on_first_contact: keep, brake: {entries: 3, share: 50%}}
drivers: {mqtt: {}, modbus: {}, osdp: {}}
lines:
  broker: {driver: mqtt, url: "mqtts://broker.lan:8883", user: gate, password: {credential: mqtt}, ca: {file: /etc/ca.pem}}
  net: {driver: modbus, tcp: "10.0.0.2:502"}
  bus: {driver: osdp, serial: /dev/ttyS1, baud: 38400}
devices:
  ctl: {line: broker, profile: p, params: {topic: a/b, unit: 3, fast: true, code: "007"}, lease: 1h, foreign: keep, card_as: uid}
  reader: {line: bus, address: 2, secure: required, key: {credential: k}, formats: [uid], keypad: true, reserved_slots: [4, 0]}
doors:
  lobby: {owner: w, strike: ctl/1, contact: ctl/2, rex: ctl/3, readers: [reader], lock: fail_safe, held_after: 30s, lockdown: table}
  shed: {owner: w, strike: ctl/4, unlock_for: 9s}
workspaces: {w: {}}
)";

const settings::Settings& loaded()
{
    static const auto parsed = settings::parse(file, "site.yaml");
    for (const auto& problem : parsed.problems) ADD_FAILURE() << settings::text(problem);
    return *parsed.settings;
}

boost::json::value json(const std::string& text)
{
    return boost::json::parse(text);
}

} // namespace

TEST(Texts, OfLinesNameSecretsAndNeverHoldThem)
{
    EXPECT_EQ(json(endpoint_text(loaded().lines[0])), json(R"({"fields": {"url": "mqtts://broker.lan:8883", "user": "gate"},
        "secrets": {"password": {"credential": "mqtt"}, "ca": {"file": "/etc/ca.pem"}}})"));
    EXPECT_EQ(json(endpoint_text(loaded().lines[1])), json(R"({"fields": {"tcp": "10.0.0.2:502"}, "secrets": {}})"));
    EXPECT_EQ(json(endpoint_text(loaded().lines[2])), json(R"({"fields": {"serial": "/dev/ttyS1", "baud": 38400}, "secrets": {}})"));
}

TEST(Texts, OfDevicesKeepTheTypesOfParameters)
{
    EXPECT_EQ(json(address_text(loaded().devices[0])),
              json(R"({"params": {"topic": "a/b", "unit": 3, "fast": true, "code": "007"}, "secrets": {}})"));
    EXPECT_EQ(json(address_text(loaded().devices[1])), json(R"({"params": {"secure": "required", "keypad": true, "formats": ["uid"]},
        "secrets": {"key": {"credential": "k"}}, "address": 2, "reserved_slots": [0, 4]})"));
}

TEST(Texts, OfPoliciesAreTheDevicesOwnElseTheSites)
{
    EXPECT_EQ(json(policy_text(loaded().devices[0], loaded().policy)),
              json(R"({"lease_s": 3600, "on_first_contact": "keep", "foreign": "keep", "brake_entries": 3, "brake_share": 50,
        "retire": "wipe", "card_as": "uid"})"));
    EXPECT_EQ(json(policy_text(loaded().devices[1], loaded().policy)),
              json(R"({"lease_s": 172800, "on_first_contact": "keep", "foreign": "remove", "brake_entries": 3, "brake_share": 50,
        "retire": "wipe", "reserved_slots": [0, 4]})"));
}

TEST(Texts, OfDoorsSayHowTheyAreWired)
{
    EXPECT_EQ(json(wiring_text(loaded().doors[0])), json(R"({"lock": "fail_safe", "contact": "ctl/2", "rex": "ctl/3",
        "readers": ["reader"], "held_after_s": 30, "lockdown": "table"})"));
    EXPECT_EQ(json(wiring_text(loaded().doors[1])), json(R"({"lock": "fail_secure", "unlock_for_s": 9})"));
}

} // namespace gatehouse::site
