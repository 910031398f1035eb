#include "shelly/messages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <cmath>
#include <utility>

namespace gatehouse::simulators::shelly {
namespace {

namespace json = boost::json;

void add_timer(const Device& device, json::object& status)
{
    if (device.toggles_at == never) return;
    status["timer_started_at"] = device.timer_started_at;
    status["timer_duration"] = number(device.timer_duration);
}

common::Message notification(const Device& device, std::string_view method, json::object params)
{
    const auto& installation = device.installation;
    json::object frame{{"src", installation.id}, {"dst", installation.prefix + "/events"}, {"method", method}};
    frame["params"] = std::move(params);
    return {.topic = installation.prefix + "/events/rpc", .payload = json::serialize(frame)};
}

void tell_status(const Device& device, const std::string& component, const json::object& status, common::Effects& out)
{
    if (!device.installation.tells_status) return;
    out.messages.push_back({.topic = device.installation.prefix + "/status/" + component, .payload = json::serialize(status)});
}

} // namespace

common::Message online(const Installation& installation, bool up)
{
    return {.topic = installation.prefix + "/online", .payload = up ? "true" : "false", .retain = true};
}

json::value number(double value)
{
    if (std::trunc(value) == value && std::abs(value) < 1e15) return json::value(static_cast<std::int64_t>(value));
    return json::value(value);
}

json::object switch_status(const Device& device)
{
    json::object status{{"id", 0}, {"source", device.source}, {"output", device.relay.open}};
    add_timer(device, status);
    status["temperature"] = json::object{{"tC", 42.5}, {"tF", 108.5}};
    return status;
}

json::object input_status(const Device& device)
{
    return {{"id", 0}, {"state", device.input}};
}

void notify_status(const Device& device, const json::object& changes, common::Moment now, common::Effects& out)
{
    if (!device.installation.notifies) return;
    json::object params{{"ts", now.wall.time_since_epoch().count()}};
    for (const auto& change : changes) params.emplace(change.key(), change.value());
    out.messages.push_back(notification(device, "NotifyStatus", std::move(params)));
}

void notify_config(const Device& device, common::Moment now, common::Effects& out)
{
    if (!device.installation.notifies) return;
    const auto ts = now.wall.time_since_epoch().count();
    json::array events;
    events.push_back(json::object{{"component", "switch:0"},
                                  {"event", "config_changed"},
                                  {"restart_required", false},
                                  {"ts", ts},
                                  {"cfg_rev", device.config_revision}});
    json::object params{{"ts", ts}};
    params["events"] = std::move(events);
    out.messages.push_back(notification(device, "NotifyEvent", std::move(params)));
}

void tell_switch(const Device& device, bool changed, common::Moment now, common::Effects& out)
{
    json::object status{{"id", 0}};
    if (changed) {
        status["output"] = device.relay.open;
        status["source"] = device.source;
    }
    add_timer(device, status);
    json::object changes;
    changes["switch:0"] = std::move(status);
    notify_status(device, changes, now, out);
    tell_status(device, "switch:0", switch_status(device), out);
}

void tell_input(const Device& device, common::Moment now, common::Effects& out)
{
    json::object changes;
    changes["input:0"] = input_status(device);
    notify_status(device, changes, now, out);
    tell_status(device, "input:0", input_status(device), out);
}

void tell_status_topics(const Device& device, common::Effects& out)
{
    tell_status(device, "switch:0", switch_status(device), out);
    tell_status(device, "input:0", input_status(device), out);
}

} // namespace gatehouse::simulators::shelly
