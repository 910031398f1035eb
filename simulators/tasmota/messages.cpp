#include "tasmota/messages.hpp"

#include <boost/json/serialize.hpp>

#include <cstdio>

namespace gatehouse::simulators::tasmota {
namespace {

namespace json = boost::json;

std::string on_off(bool on)
{
    return on ? "ON" : "OFF";
}

std::string clock_text(common::Moment now)
{
    const auto day = std::chrono::floor<std::chrono::days>(now.wall);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{now.wall - day};
    char text[64]{};
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

std::string uptime_text(std::int64_t seconds)
{
    char text[96]{};
    std::snprintf(text, sizeof text, "%lldT%02lld:%02lld:%02lld", static_cast<long long>(seconds / 86'400),
                  static_cast<long long>(seconds / 3600 % 24), static_cast<long long>(seconds / 60 % 60),
                  static_cast<long long>(seconds % 60));
    return text;
}

} // namespace

common::Message last_will(const Installation& installation, bool online)
{
    return {.topic = "tele/" + installation.topic + "/LWT", .payload = online ? "Online" : "Offline", .retain = true};
}

std::string power_key(const Device& device, std::size_t channel)
{
    return device.channels.size() == 1 ? "POWER" : "POWER" + std::to_string(channel + 1);
}

common::Message result(const Device& device, const std::string& command, const json::object& answer)
{
    return {.topic = "stat/" + device.installation.topic + "/" + (device.installation.option4 ? command : "RESULT"),
            .payload = json::serialize(answer)};
}

void tell_relay(const Device& device, std::size_t channel, common::Effects& out)
{
    const auto key = power_key(device, channel);
    const auto state = on_off(device.channels[channel].relay.open);
    json::object answer;
    answer[key] = state;
    out.messages.push_back(result(device, key, answer));
    out.messages.push_back({.topic = "stat/" + device.installation.topic + "/" + key, .payload = state});
}

common::Message telemetry(const Device& device, common::Moment now)
{
    const auto up = std::chrono::floor<std::chrono::seconds>(now.running - device.powered_at).count();
    json::object state{{"Time", clock_text(now)}, {"Uptime", uptime_text(up)},
                       {"UptimeSec", up},         {"Heap", 25},
                       {"SleepMode", "Dynamic"},  {"Sleep", 50},
                       {"LoadAvg", 19},           {"MqttCount", device.counters.connects}};
    for (std::size_t i = 0; i < device.channels.size(); ++i) state[power_key(device, i)] = on_off(device.channels[i].relay.open);
    state["Wifi"] = json::object{{"AP", 1}, {"SSId", "site"}, {"Channel", 6}, {"RSSI", 74}, {"Signal", -63}, {"LinkCount", 1}};
    return {.topic = "tele/" + device.installation.topic + "/STATE", .payload = json::serialize(state)};
}

common::Message switch_message(const Device& device)
{
    return {.topic = "stat/" + device.installation.topic + "/SWITCH1", .payload = on_off(device.door_open)};
}

} // namespace gatehouse::simulators::tasmota
