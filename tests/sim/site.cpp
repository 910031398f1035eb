#include "sim/site.hpp"

#include "base/zone.hpp"

namespace gatehouse::sim {

using model::id;
using namespace std::chrono_literals;

namespace {

constexpr const char* zones[] = {"UTC", "Europe/Copenhagen", "Pacific/Auckland"};

model::WorkspaceId workspace_id(std::uint64_t number)
{
    return id<model::WorkspaceId>(number);
}

} // namespace

Traits Site::traits()
{
    Traits traits;
    traits.validity = dice_.percent(60) ? "seconds" : "none";
    traits.readable = dice_.percent(85);
    traits.separable = dice_.percent(85);
    if (dice_.percent(20)) traits.capacity = static_cast<std::size_t>(dice_.between(3, 12));
    if (dice_.percent(20)) traits.key_limit = 8;
    if (numbers_) {
        traits.numbers = dice_.percent(65);
        traits.uids = !traits.numbers || dice_.percent(50);
        const unsigned bits[] = {0, 16, 32};
        traits.key_bits = bits[dice_.below(3)];
        if (traits.numbers && dice_.percent(40)) traits.facility = dice_.between(110, 111);
    }
    traits.pins = pins_ && dice_.percent(80);
    if (has_locks_ && dice_.percent(60)) lock(traits);
    traits.page = static_cast<std::size_t>(dice_.percent(50) ? 128 : dice_.between(2, 10));
    traits.step = base::milliseconds{dice_.percent(15) ? 1'000 : dice_.between(2, 60)};
    traits.op_timeout = base::milliseconds{dice_.percent(30) ? 3'000 : 1'500};
    traits.read = base::milliseconds{dice_.percent(25) ? dice_.between(2'000, 9'000) : dice_.between(5, 400)};
    traits.readback = std::chrono::ceil<base::seconds>(traits.read);
    return traits;
}

/// A lock with a keypad on one door, which is asked slot by slot.
void Site::lock(Traits& traits)
{
    traits.slots = traits.pins = traits.readable = traits.separable = true;
    traits.uids = traits.numbers = false;
    traits.facility.reset();
    traits.validity = "none";
    traits.capacity = static_cast<std::size_t>(dice_.between(4, 10));
    traits.slot_first = dice_.between(0, 1);
    traits.shows_codes = dice_.percent(60);
    for (std::int64_t ahead = 0; ahead < 3; ++ahead)
        if (dice_.percent(30)) traits.reserved.insert(traits.slot_first + ahead);
}

Form Site::form(const Controller& controller, const std::string& policy)
{
    const auto& traits = controller.traits;
    Form form{traits.pins, traits.pin_min, traits.pin_max, static_cast<std::size_t>(traits.key_limit)};
    form.uids = traits.uids, form.numbers = traits.numbers, form.key_bits = traits.key_bits, form.facility = traits.facility;
    if (policy.empty()) return form;
    const auto object = json::parse(policy).as_object();
    form.card_as = text_in(object, "card_as");
    if (const auto* slots = object.if_contains("reserved_slots"))
        for (const auto& slot : slots->as_array()) form.reserved.insert(slot.as_int64());
    return form;
}

std::string Site::policy(const Traits& traits)
{
    const std::int64_t leases[] = {60, 120, 600, 3'600, 259'200, 0};
    json::object policy{{"lease_s", leases[dice_.below(6)]}, {"brake_entries", dice_.between(2, 12)}};
    if (dice_.percent(40)) policy["on_first_contact"] = dice_.percent(50) ? "remove" : "keep";
    if (dice_.percent(15)) policy["foreign"] = "keep";
    if (!traits.reserved.empty()) policy["reserved_slots"] = json::array(traits.reserved.begin(), traits.reserved.end());
    if (traits.facility) policy["card_key"] = "number_only", policy["facility"] = *traits.facility;
    if (numbers_ && dice_.percent(50)) policy["card_as"] = dice_.percent(60) == traits.numbers ? "h10301" : "uid";
    return json::serialize(policy);
}

void Site::controller(Field& field, std::uint64_t number, const std::string& line, std::uint64_t line_number)
{
    const auto key = "c" + std::to_string(number);
    auto& made = field.add(line, line_number % 2 == 0 ? "mqtt" : "modbus", key);
    made.traits = traits();
    made.traits.tells_clock = made.traits.validity == "seconds" && (field.seed + number) % 3 == 0; // the others are what they were
    made.traits.proves = made.traits.slots && (field.seed + number) % 2 == 0;
    devices_[key] = device_id(number);
    if (made.traits.slots) locks_.insert(device_id(number));
    model::Device device;
    device.id = device_id(number);
    device.key = key;
    device.line = id<model::LineId>(500 + line_number);
    device.policy = policy(made.traits);
    put(device);
    const auto doors = made.traits.slots ? 1 : dice_.between(1, 3);
    for (std::int64_t output = 0; output < doors; ++output) {
        model::Door door;
        door.id = fresh<model::DoorId>();
        door.key = key + "-" + std::to_string(output);
        door.owner = workspace_id(1 + dice_.below(2));
        door.device = device.id;
        door.output = output;
        put(door);
        if (dice_.percent(40)) put(model::DoorShare{.door = door.id, .workspace = workspace_id(door.owner == workspace_id(1) ? 2 : 1)});
    }
    for (const auto slot : made.traits.reserved) {
        Row installers{.key = "0000", .kind = "pin", .doors = 1};
        installers.slot = slot;
        made.hold(std::move(installers));
    }
    if (dice_.percent(25) && made.traits.uids) // what was there before us
        for (auto foreign = dice_.between(1, 4); foreign > 0; --foreign) made.hold({.key = uid(), .kind = "card_uid_hex", .doors = 1});
}

void Site::equipment(Field& field)
{
    std::uint64_t number = 0;
    const auto lines = static_cast<std::uint64_t>(dice_.between(1, 3));
    for (std::uint64_t at = 0; at < lines; ++at) {
        model::Line line;
        line.id = id<model::LineId>(500 + at);
        line.key = "line-" + std::to_string(at);
        line.driver = at % 2 == 0 ? "mqtt" : "modbus";
        put(line);
        for (auto devices = dice_.between(1, 2); devices > 0; --devices) controller(field, ++number, line.key, at);
    }
}

void Site::tenant_groups(std::uint64_t workspace)
{
    const auto owner = workspace_id(workspace);
    std::vector<model::Entrance> entrances;
    for (const auto& [key, entrance] : books_.all<model::Entrance>())
        if (entrance.workspace == owner) entrances.push_back(entrance);
    for (int group_number = 0; group_number < 4; ++group_number) {
        model::Group group{.id = fresh<model::GroupId>(), .workspace = owner};
        group.system = id<model::SystemId>(workspace * 10 + dice_.below(2));
        group.key = "g" + std::to_string(group_number);
        group.starts_at = soon(wall_), group.ends_at = soon(wall_ + 3min);
        if (!dice_.percent(30)) group.starts_at = std::nullopt;
        if (!dice_.percent(30)) group.ends_at = std::nullopt;
        group.lease_none = dice_.percent(25);
        put(group);
        for (const auto& entrance : entrances) {
            if (entrance.system != group.system || dice_.percent(35)) continue;
            model::GroupEntrance path{.group = group.id, .entrance = entrance.id, .workspace = owner};
            if (dice_.percent(40)) path.hours = dice_.percent(50) ? "early" : "late";
            put(path);
        }
    }
}

void Site::tenants()
{
    for (std::uint64_t workspace = 1; workspace <= 2; ++workspace) {
        const auto owner = workspace_id(workspace);
        for (std::uint64_t at = 0; at < 2; ++at) {
            const auto key = "s" + std::to_string(at);
            put(model::System{.id = id<model::SystemId>(workspace * 10 + at), .workspace = owner, .key = key});
        }
        for (const auto& [key, door] : books_.all<model::Door>()) {
            const bool shared = books_.all<model::DoorShare>().contains(to_string(door.id) + "/" + to_string(owner) + "/");
            if (door.owner != owner && !shared) continue;
            for (auto entrances = dice_.between(1, 2); entrances > 0; --entrances) {
                model::Entrance entrance{.id = fresh<model::EntranceId>(), .workspace = owner};
                entrance.system = id<model::SystemId>(workspace * 10 + dice_.below(2));
                entrance.key = "e" + std::to_string(last_);
                entrance.door = door.id;
                entrance.mode = mode();
                put(entrance);
            }
        }
        tenant_groups(workspace);
        for (int person = 0; person < 4; ++person) put(model::Identity{.id = fresh<model::IdentityId>(), .workspace = owner});
    }
}

std::vector<model::Mutation> Site::build(Field& field)
{
    pins_ = dice_.percent(45) || has_locks_, numbers_ = dice_.percent(40);
    for (std::uint64_t workspace = 1; workspace <= 2; ++workspace)
        put(model::WorkspaceRow{.id = workspace_id(workspace), .key = "w" + std::to_string(workspace)});
    put(hours("early", wall_));
    put(hours("late", wall_));
    equipment(field);
    tenants();
    return std::move(rows_);
}

/// Open and closed by turns within the minutes around an instant.
model::Hours Site::hours(std::string key, base::Instant around)
{
    model::Hours row;
    row.key = std::move(key);
    row.zone = zones[dice_.below(3)];
    const auto offset = base::Zone::named(row.zone)->at(around);
    const auto local = offset.local(around);
    const auto today = std::chrono::floor<std::chrono::days>(local);
    const auto minute = std::chrono::floor<std::chrono::minutes>(local - today).count();
    std::string day;
    for (auto at = std::max<std::int64_t>(0, minute - dice_.between(0, 8)); at < 1'440 && day.size() < 120;) {
        const auto until = std::min<std::int64_t>(1'440, at + dice_.between(1, 4));
        day += (day.empty() ? "" : ",") + std::to_string(at) + "-" + std::to_string(until);
        at = until + dice_.between(0, 4);
    }
    for (int weekday = 0; weekday < 7; ++weekday) row.week += (weekday == 0 ? "" : ";") + day;
    if (dice_.percent(10)) {
        const std::chrono::year_month_day date{today + std::chrono::days{1}};
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                      static_cast<unsigned>(date.day()));
        row.closed_on = text;
    }
    return row;
}

/// Within the run, mostly.
std::optional<base::Instant> Site::soon(base::Instant from)
{
    if (dice_.percent(10)) return from + std::chrono::hours{dice_.between(1, 200)};
    return from + base::milliseconds{dice_.between(-60'000, 240'000)};
}

/// From a small pool, so that plastics are shared between people and workspaces; some too long for some controllers.
std::string Site::uid()
{
    char text[24];
    const auto number = static_cast<unsigned>(dice_.below(24));
    std::snprintf(text, sizeof text, number % 5 == 0 ? "04aa%02x%02xa1b2" : "04aa%02x%02x", number, number);
    return text;
}

/// From a small pool, so that people want the same; some of a length that no keypad takes.
std::string Site::code()
{
    const char* odd[] = {"471", "471147114711"};
    return dice_.percent(8) ? odd[dice_.below(2)] : std::to_string(4'711 + dice_.below(9) * 1'001);
}

void Site::imprint(model::Credential& credential)
{
    credential.code = credential.card_uid = credential.card_number = credential.card_format = {};
    credential.facility_code.reset();
    if (credential.method == model::AccessMethod::code)
        credential.code = code();
    else if (const auto forms = numbers_ ? dice_.below(3) : 0; forms < 2)
        credential.card_uid = uid();
    if (credential.method != model::AccessMethod::card || (credential.card_uid && !(numbers_ && dice_.percent(50)))) return;
    credential.facility_code = dice_.between(110, 111);
    credential.card_number = std::to_string(dice_.between(1, 12) * 5'003);
    credential.card_format = "h10301";
}

std::string Site::mode()
{
    if (!pins_) return "card";
    const char* modes[] = {"card",        "card",        "card", "card_or_pin", "card_or_pin",
                           "card_or_pin", "card_or_pin", "pin",  "pin",         "card_and_pin"};
    return modes[dice_.below(10)];
}

std::vector<model::Mutation> Site::newcomer(const model::Books& books)
{
    std::vector<model::Mutation> rows;
    const auto workspace = 1 + dice_.below(2);
    const auto owner = workspace_id(workspace);
    model::User user{.id = fresh<model::UserId>(), .workspace = owner, .system = id<model::SystemId>(workspace * 10 + dice_.below(2))};
    const auto people = books.where<model::Identity>([&owner](const auto& row) { return row.workspace == owner; });
    if (!people.empty() && dice_.percent(50)) user.identity = dice_.one_of(people).id;
    if (dice_.percent(15)) user.ends_at = soon(wall_ + 2min);
    rows.push_back(model::put(user));
    model::Credential card{.id = fresh<model::CredentialId>(), .workspace = owner, .system = user.system, .user = user.id};
    imprint(card);
    card.created_at = wall_ + base::seconds{static_cast<std::int64_t>(last_ % 1'000)};
    if (dice_.percent(15)) card.starts_at = soon(wall_);
    rows.push_back(model::put(card));
    if (pins_ && dice_.percent(60)) {
        auto pin = card;
        pin.id = fresh<model::CredentialId>();
        pin.method = model::AccessMethod::code;
        imprint(pin);
        if (dice_.percent(10)) pin.ends_at = soon(wall_);
        rows.push_back(model::put(pin));
    }
    const auto groups = books.where<model::Group>([&user](const auto& row) { return row.system == user.system; });
    for (auto memberships = dice_.between(0, 2); memberships > 0 && !groups.empty(); --memberships)
        rows.push_back(model::put(model::Membership{.user = user.id, .group = dice_.one_of(groups).id, .workspace = owner}));
    const auto entrances = books.where<model::Entrance>([&user](const auto& row) { return row.system == user.system; });
    if (!entrances.empty() && dice_.percent(50))
        rows.push_back(model::put(model::DirectGrant{.user = user.id, .entrance = dice_.one_of(entrances).id, .workspace = owner}));
    return rows;
}

} // namespace gatehouse::sim
