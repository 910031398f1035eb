#include "zigbee2mqtt/messages.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

namespace json = boost::json;

constexpr std::size_t unknown_user = 65535;

void merge(json::object& into, const json::object& update)
{
    for (const auto& member : update) {
        auto& slot = into[member.key()];
        if (slot.is_object() && member.value().is_object())
            merge(slot.get_object(), member.value().get_object());
        else
            slot = member.value();
    }
}

std::string presence(const Installation& installation, bool online)
{
    const std::string word = online ? "online" : "offline";
    return installation.legacy_availability ? word : R"({"state":")" + word + R"("})";
}

} // namespace

common::Message bridge_state(const Installation& installation, bool online)
{
    return {.topic = installation.base + "/bridge/state", .payload = presence(installation, online), .retain = true};
}

common::Message availability(const Installation& installation, const Member& member)
{
    return {.topic = installation.base + "/" + member.lock.name + "/availability",
            .payload = presence(installation, member.online),
            .retain = true,
            .qos = 1};
}

common::Message logged_error(const Bridge& bridge, const std::string& what)
{
    const json::object line{{"level", "error"}, {"message", "z2m: " + what}, {"namespace", "z2m:mqtt"}};
    return {.topic = bridge.installation.base + "/bridge/logging", .payload = json::serialize(line)};
}

std::string failure(bool reads, std::string_view key, std::string_view name, std::string_view why)
{
    return fmt::format("Publish '{}' '{}' to '{}' failed: '{}'", reads ? "get" : "set", key, name, why);
}

common::Message state_message(const Bridge& bridge, const json::object& state, const Member& member)
{
    return {.topic = bridge.installation.base + "/" + member.lock.name,
            .payload = json::serialize(state),
            .retain = bridge.installation.retain};
}

void heard(Bridge& bridge, Member& member, const json::object& update, common::Effects& out)
{
    if (!bridge.powered) return;
    merge(member.cached, update);
    out.messages.push_back(state_message(bridge, member.cached, member));
}

void heard(Bridge& bridge, Member& member, const Event& event, common::Effects& out)
{
    if (!bridge.powered) return;
    auto state = member.cached;
    state["action"] = event.action;
    state["action_user"] = event.user.value_or(unknown_user);
    state["action_source"] = event.source;
    if (event.source == 0) state["action_source_name"] = "keypad";
    if (event.source == 1) state["action_source_name"] = "rf";
    out.messages.push_back(state_message(bridge, state, member));
}

void heard_bolt(Bridge& bridge, Member& member, common::Effects& out)
{
    const auto locked = member.lock.locked;
    heard(bridge, member, json::object{{"lock_state", locked ? "locked" : "unlocked"}, {"state", locked ? "LOCK" : "UNLOCK"}}, out);
}

void heard_slot(Bridge& bridge, Member& member, std::size_t slot, bool with_code, common::Effects& out)
{
    const auto held = member.lock.slots.find(slot);
    const auto occupied = held != member.lock.slots.end();
    json::object user{{"status", text(occupied ? held->second.status : SlotStatus::available)}};
    // A slot without a code sends none, and what the cache remembers of it stays.
    if (occupied && with_code && bridge.installation.expose_pin && !held->second.pin.empty()) user["pin_code"] = held->second.pin;
    json::object users;
    users[std::to_string(slot)] = std::move(user);
    json::object update;
    update["users"] = std::move(users);
    heard(bridge, member, update, out);
}

void heard_battery(Bridge& bridge, Member& member, common::Effects& out)
{
    heard(bridge, member, json::object{{"battery", 87}, {"linkquality", 40 + bridge.dice.below(200)}}, out);
}

} // namespace gatehouse::simulators::zigbee2mqtt
