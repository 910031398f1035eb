#include "settings/sections.hpp"

namespace gatehouse::settings {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::optional<FireInput> read_fire(Reading& reading, const Fields& zone)
{
    const auto value = zone.get("fire");
    if (!value) return std::nullopt;
    const Fields fields{reading, *value, "zones.*.fire"};
    fields.need({"input"});
    FireInput fire{};
    assign(fire.input, fields.input("input"));
    assign(fire.active, fields.choice<Contact>("active", {{"open", Contact::open}, {"closed", Contact::closed}}));
    return fire;
}

Zone read_zone(Reading& reading, const Value& item)
{
    const Fields fields{reading, item, "zones.*"};
    Zone zone;
    zone.key = own_key(item);
    zone.mark = reading.mark(item.line);
    zone.fire = read_fire(reading, fields);
    assign(zone.on_fire, fields.choice<OnFire>("on_fire", {{"keep", OnFire::keep}, {"release", OnFire::release}}));
    zone.was = read_was(fields, zone.key);
    return zone;
}

Door read_door(Reading& reading, const Value& item)
{
    const Fields fields{reading, item, "doors.*"};
    fields.need({"owner", "strike"});
    Door door{};
    door.key = own_key(item);
    door.mark = reading.mark(item.line);
    door.name = read_name(fields, door.key);
    assign(door.owner, fields.stable_key("owner"));
    door.shared_with = fields.words("shared_with");
    assign(door.strike, fields.output("strike"));
    assign(door.contact, fields.input("contact"));
    assign(door.rex, fields.input("rex"));
    door.readers = fields.words("readers");
    assign(door.zone, fields.stable_key("zone"));
    assign(door.lock, fields.choice<Lock>("lock", {{"fail_secure", Lock::fail_secure}, {"fail_safe", Lock::fail_safe}}));
    assign(door.unlock_for, fields.duration("unlock_for", seconds{1}, minutes{10}));
    assign(door.held_after, fields.duration("held_after", seconds{1}, hours{24}));
    assign(door.lockdown,
           fields.choice<Lockdown>("lockdown", {{"host", Lockdown::host}, {"table", Lockdown::table}, {"exempt", Lockdown::exempt}}));
    door.was = read_was(fields, door.key);
    return door;
}

} // namespace

std::vector<Zone> read_zones(Reading& reading, const Fields& root)
{
    std::vector<Zone> out;
    for (const Value& item : root.members("zones")) out.push_back(read_zone(reading, item));
    return out;
}

std::vector<Door> read_doors(Reading& reading, const Fields& root)
{
    std::vector<Door> out;
    for (const Value& item : root.members("doors")) out.push_back(read_door(reading, item));
    return out;
}

} // namespace gatehouse::settings
