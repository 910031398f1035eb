#include "zigbee2mqtt/bridge.hpp"

#include "zigbee2mqtt/conversions.hpp"
#include "zigbee2mqtt/messages.hpp"
#include "zigbee2mqtt/radio.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

namespace json = boost::json;

constexpr std::chrono::minutes saves_every{5};

/// Nothing comes of it but a line in the log.
void refuse(Bridge& bridge, const std::string& why, common::Effects& out)
{
    ++bridge.counters.ignored;
    out.messages.push_back(logged_error(bridge, why));
}

void take(Bridge& bridge, Member& member, const Target& target, const json::object& payload, common::Moment now, common::Effects& out)
{
    const auto& name = member.lock.name;
    for (const auto& entry : payload) {
        const std::string key{std::string_view{entry.key()}};
        const auto value = json::serialize(entry.value());
        if (!is_known(key)) {
            refuse(bridge,
                   target.reads ? fmt::format("No converter available for 'get' '{}' ({})", key, value)
                                : fmt::format("No converter available for '{}' on '{}': ({})", key, name, value),
                   out);
            continue;
        }
        auto request = request_of(target, key, entry.value(), member.lock.slot_count);
        if (request)
            ask(bridge, member, std::move(*request), now);
        else
            refuse(bridge, failure(target.reads, key, name, request.error().text), out);
    }
}

void relock(Bridge& bridge, Member& member, common::Moment now, common::Effects& out)
{
    if (member.lock.relocks_at > now.running) return;
    move(member.lock, true, now, bridge.installation.auto_relock);
    heard(bridge, member, Event{.action = "auto_lock", .user = std::nullopt, .source = 255}, out);
    heard_bolt(bridge, member, out);
}

void chat(Bridge& bridge, common::Moment now, common::Effects& out)
{
    if (bridge.chats_at > now.running) return;
    bridge.chats_at = std::max(bridge.chats_at + bridge.chatter, now.running);
    for (auto& member : bridge.members) heard_battery(bridge, member, out);
}

} // namespace

Bridge::Bridge(Installation chosen, std::uint64_t seed) : Appliance{seed}, installation{std::move(chosen)}, radio_dice{seed, 4}
{
    for (const auto& [name, slots] : installation.locks) {
        members.push_back({.lock = {.name = name, .slot_count = slots},
                           .cached = {{"battery", 87}, {"linkquality", 120}, {"lock_state", "locked"}, {"state", "LOCK"}}});
    }
}

void save(Bridge& bridge)
{
    for (auto& member : bridge.members) member.saved = member.cached;
}

void power_on(Bridge& bridge, common::Moment now)
{
    bridge.powered = true;
    bridge.saves_at = now.running + saves_every;
    bridge.announces = true;
    ++bridge.counters.boots;
}

void power_off(Bridge& bridge)
{
    bridge.powered = false;
    bridge.connected = false;
    bridge.saves_at = never;
    for (auto& member : bridge.members) {
        member.waiting.clear();
        member.cached = member.saved;
    }
}

common::Effects connected(Bridge& bridge, common::Moment)
{
    bridge.connected = true;
    ++bridge.counters.connects;
    common::Effects out;
    out.messages.push_back(bridge_state(bridge.installation, true));
    return sent(bridge, std::move(out));
}

common::Effects subscribed(Bridge& bridge, common::Moment)
{
    common::Effects out;
    for (const auto& member : bridge.members) {
        if (bridge.announces) out.messages.push_back(state_message(bridge, member.cached, member));
        if (bridge.installation.availability) out.messages.push_back(availability(bridge.installation, member));
    }
    bridge.announces = false;
    return sent(bridge, std::move(out));
}

void disconnected(Bridge& bridge)
{
    bridge.connected = false;
}

bool listens_to(const Bridge& bridge, std::string_view topic)
{
    return target_of(bridge, topic).has_value();
}

common::Effects receive(Bridge& bridge, const common::Message& message, common::Moment now)
{
    common::Effects out;
    if (!hears(bridge)) return out;
    const auto target = target_of(bridge, message.topic);
    if (!target) return out;
    const auto member =
        std::find_if(bridge.members.begin(), bridge.members.end(), [&target](const Member& m) { return m.lock.name == target->name; });
    const auto payload = read_payload(*target, message.payload);
    if (member == bridge.members.end()) {
        refuse(bridge, "Entity '" + target->name + "' is unknown", out);
    } else if (!payload) {
        refuse(bridge, "Invalid message '" + message.payload + "', skipping...", out);
    } else {
        take(bridge, *member, *target, *payload, now, out);
        run_radio(bridge, *member, now, out);
    }
    return sent(bridge, std::move(out));
}

common::Effects turn(Bridge& bridge, common::Moment now)
{
    common::Effects out;
    for (auto& member : bridge.members) {
        run_radio(bridge, member, now, out);
        relock(bridge, member, now, out);
    }
    if (bridge.saves_at <= now.running) {
        save(bridge);
        bridge.saves_at = now.running + saves_every;
    }
    chat(bridge, now, out);
    return sent(bridge, std::move(out));
}

std::chrono::milliseconds next_turn_at(const Bridge& bridge)
{
    auto at = std::min(bridge.chats_at, bridge.saves_at);
    for (const auto& member : bridge.members) at = std::min({at, next_answer_at(bridge, member), member.lock.relocks_at});
    return at;
}

} // namespace gatehouse::simulators::zigbee2mqtt
