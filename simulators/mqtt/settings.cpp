#include "mqtt/settings.hpp"

#include "mqtt/reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace gatehouse::simulators::mqtt {
namespace {

namespace json = boost::json;

constexpr int reader_mfrc522 = 0;
constexpr int reader_wiegand = 1;
constexpr int reader_mfrc522_rdm = 4;
constexpr int reader_wiegand_rdm = 5;

const json::object& section(const json::object& config, std::string_view name)
{
    static const json::object empty;
    const auto* value = config.if_contains(name);
    const auto* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? empty : *object;
}

std::optional<std::string> text(const json::object& from, std::string_view name)
{
    const auto* value = from.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return as_text(value);
}

RelaySettings relay_settings(const json::object& from)
{
    return {.activation = std::chrono::milliseconds{as_unsigned(from.if_contains("rtime"))},
            .continuous = as_int(from.if_contains("ltype")) == 1,
            .door_name = text(from, "doorname")};
}

void read_hardware(const json::object& hardware, Settings& into)
{
    const auto reader = as_int(hardware.if_contains("readertype"));
    const auto wiegand = reader == reader_wiegand || reader == reader_wiegand_rdm;
    into.asks_pin = wiegand && as_int(hardware.if_contains("requirepincodeafterrfid")) != 0;
    into.pads_uids = reader == reader_mfrc522 || reader == reader_mfrc522_rdm;
    const auto* contact = hardware.if_contains("doorstatpin");
    into.has_contact = contact != nullptr && as_int(contact) != 255;
    into.longest_open = std::chrono::seconds{as_unsigned(hardware.if_contains("maxOpenDoorTime")) & 0xFF};
    const auto* count = hardware.if_contains("numrelays");
    const auto relays = count == nullptr ? 1 : std::clamp(as_int(count), 0, static_cast<int>(most_relays));
    for (int i = 0; i < relays; ++i) {
        into.relays.push_back(relay_settings(i == 0 ? hardware : section(hardware, "relay" + std::to_string(i + 1))));
    }
}

void read_hours(const json::object& general, Settings& into)
{
    const auto* value = general.if_contains("openinghours");
    const auto* days = value == nullptr ? nullptr : value->if_array();
    into.hours.fill(std::string(24, '1'));
    if (value == nullptr) return;
    for (std::size_t day = 0; day < into.hours.size(); ++day) {
        into.hours[day] = days != nullptr && day < days->size() ? as_text(&days->at(day)) : "";
    }
}

} // namespace

Settings read_settings(std::string_view config)
{
    Settings settings;
    const auto value = read_json(config);
    if (!value || !value->is_object()) return settings;
    const auto& file = value->get_object();
    const auto& general = section(file, "general");
    const auto& broker = section(file, "mqtt");
    settings.hostname = text(general, "hostnm").value_or("");
    settings.restart_after = std::chrono::seconds{as_unsigned(general.if_contains("restart"))};
    settings.topic = text(broker, "topic").value_or("null");
    if (const auto* rate = broker.if_contains("syncrate")) settings.heartbeat = std::chrono::seconds{as_unsigned(rate)};
    settings.mqtt_log = as_int(broker.if_contains("mqttlog")) == 1;
    read_hardware(section(file, "hardware"), settings);
    read_hours(general, settings);
    // The firmware takes the length of network.bssid without looking whether it is there, and never gets past that.
    settings.usable = text(section(file, "network"), "bssid").has_value() && as_int(broker.if_contains("enabled")) == 1;
    return settings;
}

std::string default_config(const Installation& chosen)
{
    json::object hardware{{"readertype", chosen.asks_pin ? reader_wiegand : reader_mfrc522},
                          {"requirepincodeafterrfid", chosen.asks_pin ? 1 : 0},
                          {"useridstoragemode", "hexadecimal"},
                          {"numrelays", chosen.relays},
                          {"rpin", 4},
                          {"rtype", 1},
                          {"ltype", 0},
                          {"rtime", chosen.activation.count()},
                          {"doorname", chosen.door},
                          {"doorstatpin", chosen.mqtt_log ? 5 : 255},
                          {"maxOpenDoorTime", 0}};
    for (std::size_t relay = 2; relay <= chosen.relays; ++relay) {
        const auto number = std::to_string(relay);
        hardware["relay" + number] = json::object{{"rpin", 11 + relay},
                                                  {"rtype", 1},
                                                  {"ltype", 0},
                                                  {"rtime", chosen.activation.count()},
                                                  {"doorname", chosen.door + " " + number}};
    }
    json::object config{{"network", {{"bssid", ""}, {"ssid", "site"}, {"pswd", ""}, {"wmode", 0}, {"dhcp", 1}, {"offtime", 0}}},
                        {"hardware", std::move(hardware)},
                        {"general", {{"hostnm", chosen.hostname}, {"pswd", ""}, {"restart", 0}}},
                        {"mqtt",
                         {{"enabled", 1},
                          {"topic", chosen.topic},
                          {"autotopic", 0},
                          {"syncrate", chosen.heartbeat.count()},
                          {"mqttlog", chosen.mqtt_log ? 1 : 0},
                          {"mqttha", 0}}},
                        {"ntp", {{"server", "pool.ntp.org"}, {"interval", 30}, {"tzinfo", "UTC0"}}}};
    return json::serialize(config);
}

} // namespace gatehouse::simulators::mqtt
