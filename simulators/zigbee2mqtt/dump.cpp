#include "zigbee2mqtt/dump.hpp"

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

namespace json = boost::json;

json::object slots(const Lock& lock)
{
    json::object all;
    for (const auto& [number, slot] : lock.slots)
        all[std::to_string(number)] = json::object{{"status", text(slot.status)}, {"pin", slot.pin}, {"type", text(slot.type)}};
    return all;
}

json::array entries(const Lock& lock)
{
    json::array all;
    for (const auto& [number, slot] : lock.slots) all.push_back({{"slot", number}, {"pin", slot.pin}});
    return all;
}

json::object inside(const Member& member)
{
    const auto* users = member.cached.if_contains("users");
    json::object all{{"lock_state", member.lock.locked ? "locked" : "unlocked"},
                     {"pulses", member.lock.pulses},
                     {"duplicates_refused", member.lock.duplicates_refused},
                     {"waiting", member.waiting.size()},
                     {"online", member.online}};
    all["slots"] = slots(member.lock);
    all["entries"] = entries(member.lock);
    all["cached_users"] = users != nullptr ? users->get_object() : json::object{};
    return all;
}

} // namespace

json::object dump(const Bridge& bridge)
{
    json::object locks;
    json::array relays; // in the order of the command line
    for (const auto& member : bridge.members) {
        locks[member.lock.name] = inside(member);
        relays.push_back({{"open", !member.lock.locked}, {"pulses", member.lock.pulses}});
    }
    auto all = common::told_of(bridge);
    all["locks"] = std::move(locks);
    all["relays"] = std::move(relays);
    return all;
}

} // namespace gatehouse::simulators::zigbee2mqtt
